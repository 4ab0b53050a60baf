package sshconfig

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

func number(text string, least, most int) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return 0, fmt.Errorf("%s is not a number from %d to %d", text, least, most)
	}
	return n, nil
}

// duration parses seconds, or a time such as 1m30s (sshd_config(5), TIME FORMATS).
func duration(text string) (total time.Duration, err error) {
	text = strings.ToLower(text)
	if text == "none" {
		return 0, nil
	}
	for rest := text; rest != ""; {
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		n, err := strconv.Atoi(rest[:digits])
		if err != nil || n > 1<<31 {
			return 0, fmt.Errorf("%q is not a time such as 90 or 1m30s", text)
		}
		unit := time.Second
		if rest = rest[digits:]; rest != "" {
			if unit = units[rest[0]]; unit == 0 {
				return 0, fmt.Errorf("%q is not a time such as 90 or 1m30s", text)
			}
			rest = rest[1:]
		}
		if total += time.Duration(n) * unit; total < 0 {
			return 0, fmt.Errorf("%q is too long", text)
		}
	}
	return total, nil
}

var units = map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour,
	'w': 7 * 24 * time.Hour}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
