package inventory

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
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

// Ranges writes names as a pattern that Match takes, in the order of their first: app[1:3],
// db1. Names that differ in their last number belong together; from three numbers on that
// follow each other, they are a range.
func Ranges(names []string) string {
	type series struct{ before, after string }
	var order []series
	numbers := map[series][]string{}
	for _, name := range names {
		end := strings.LastIndexAny(name, "0123456789") + 1
		start := len(strings.TrimRight(name[:end], "0123456789"))
		s, digits := series{name[:start], name[end:]}, name[start:end]
		if len(digits) > maxDigits {
			s, digits = series{name, ""}, ""
		}
		if numbers[s] == nil {
			order = append(order, s)
		}
		numbers[s] = append(numbers[s], digits)
	}
	var terms []string
	for _, s := range order {
		list := numbers[s]
		slices.SortStableFunc(list, func(a, b string) int { return cmp.Or(len(a)-len(b), strings.Compare(a, b)) })
		for len(list) > 0 {
			n := 1
			for n < len(list) && follows(list[n-1], list[n]) {
				n++
			}
			if n > 2 {
				terms = append(terms, fmt.Sprintf("%s[%s:%s]%s", s.before, list[0], list[n-1], s.after))
			} else {
				n = 1
				terms = append(terms, s.before+list[0]+s.after)
			}
			list = list[n:]
		}
	}
	return strings.Join(terms, ", ")
}

// maxDigits is the length of a number that is still counted with.
const maxDigits = 9

// follows reports whether b is the number after a in a range: of the same width, or longer
// where no zeros lead.
func follows(a, b string) bool {
	n, errA := strconv.Atoi(a)
	m, errB := strconv.Atoi(b)
	return errA == nil && errB == nil && m == n+1 && (len(a) == len(b) || a[0] != '0' && b[0] != '0')
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
