package inventory

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// maxRange is how many names one pattern may stand for, maxPattern how long it may be: a
// short file must not exhaust memory.
const (
	maxRange   = 10_000
	maxPattern = 256
)

// expand returns the names that a pattern with ranges stands for, in order: app[1:3] is
// app1, app2, app3; web[08:10] is web08, web09, web10; r[1:2]n[1:2] is r1n1, r1n2, r2n1,
// r2n2. Both ends belong to the range. A pattern without a range is itself.
func expand(pattern string) ([]string, error) {
	if len(pattern) > maxPattern {
		return nil, fmt.Errorf("%.40q... is longer than %d bytes", pattern, maxPattern)
	}
	names := []string{""}
	for rest := pattern; rest != ""; {
		literal, tail, ranged := strings.Cut(rest, "[")
		if strings.Contains(literal, "]") {
			return nil, fmt.Errorf("%s has a ] without a [", pattern)
		}
		values := []string{""}
		if ranged {
			body, after, closed := strings.Cut(tail, "]")
			if !closed {
				return nil, fmt.Errorf("%s has a [ without a ]", pattern)
			}
			var err error
			if values, err = rangeValues(body); err != nil {
				return nil, fmt.Errorf("%s: range [%s] %w", pattern, body, err)
			}
			tail = after
		}
		if len(names)*len(values) > maxRange {
			return nil, fmt.Errorf("%s stands for more than %d names", pattern, maxRange)
		}
		names = product(names, literal, values)
		rest = tail
	}
	return names, nil
}

func product(names []string, literal string, values []string) []string {
	all := make([]string, 0, len(names)*len(values))
	for _, n := range names {
		for _, v := range values {
			all = append(all, n+literal+v)
		}
	}
	return all
}

// rangeValues returns the numbers of 1:20 or 01:20 as text. A first number with leading
// zeros sets the width of all.
func rangeValues(body string) ([]string, error) {
	first, last, ok := strings.Cut(body, ":")
	if !ok || !isDigits(first) || !isDigits(last) {
		return nil, errors.New("is not of the form [1:20]")
	}
	width := 1
	if first[0] == '0' && len(first) > 1 {
		if width = len(first); len(last) != width {
			return nil, errors.New("has ends of different widths")
		}
	}
	from, errFrom := strconv.Atoi(first)
	to, errTo := strconv.Atoi(last)
	switch {
	case errFrom != nil || errTo != nil || to-from >= maxRange:
		return nil, fmt.Errorf("has more than %d numbers", maxRange)
	case to < from:
		return nil, fmt.Errorf("runs backwards: write [%s:%s]", last, first)
	}
	values := make([]string, 0, to-from+1)
	for n := from; n <= to; n++ {
		digits := strconv.Itoa(n)
		values = append(values, strings.Repeat("0", max(0, width-len(digits)))+digits)
	}
	return values, nil
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
