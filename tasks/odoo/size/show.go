package size

import (
	"fmt"
	"strings"
)

// Bytes formats a number of bytes: 2.85 GiB, 640 MiB.
func Bytes(n int64) string {
	unit, name := int64(1)<<20, "MiB"
	if n >= 1<<30 {
		unit, name = 1<<30, "GiB"
	}
	text := fmt.Sprintf("%.2f", float64(n)/float64(unit))
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".") + " " + name
}

// About formats a number of bytes as the guide does: about 3 GB (2.85 GiB).
func About(n int64) string {
	if n >= 1e9 {
		return fmt.Sprintf("about %.0f GB (%s)", float64(n)/1e9, Bytes(n))
	}
	return "about " + Bytes(n)
}

// amount is a value with its unit, if it has one.
func amount(name string, value int64) string {
	if strings.HasPrefix(name, "limit_memory") {
		return fmt.Sprintf("%d (%s)", value, Bytes(value))
	}
	return fmt.Sprint(value)
}

// Explained is the reason for the expected memory.
func (s Sizing) Explained() string {
	text := fmt.Sprintf("%d processes * (0.8 * 150 MB + 0.2 * 1024 MB)", max(s.Workers, 1)+s.Cron)
	if s.Chat > 0 {
		text += "; live chat apart, about 150 MB"
	}
	return text
}

// Amount writes an option's value with its unit.
func (o Option) Amount() string { return amount(o.Name, o.Value) }
