package inventory

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// Size is a number of bytes. The file writes it as digits with an optional unit:
// 629145600, 640MB, 2GiB. A unit is a power of 1024.
type Size int64

func (s *Size) decodeYAML(d *decoder, n *yaml.Node) bool {
	var text string
	if !d.text(n, &text) {
		return false
	}
	v, ok := parseSize(text)
	if !ok {
		return d.errorf(n, "%s is %q: want a size such as 640MB or 2GB", d.key(), text)
	}
	*s = v
	return true
}

// ParseSize reads a size as the inventory writes it.
func ParseSize(text string) (Size, error) {
	if v, ok := parseSize(text); ok {
		return v, nil
	}
	return 0, fmt.Errorf("%q is not a size: want one such as 640MB or 2GB", text)
}

func parseSize(text string) (Size, bool) {
	digits := strings.TrimRight(text, "kKmMgGtTiIbB")
	unit := strings.ToLower(text[len(digits):])
	shift, known := map[string]int{
		"": 0, "b": 0,
		"k": 10, "kb": 10, "kib": 10,
		"m": 20, "mb": 20, "mib": 20,
		"g": 30, "gb": 30, "gib": 30,
		"t": 40, "tb": 40, "tib": 40,
	}[unit]
	if !known || !isDigits(digits) || digits[0] == '0' {
		return 0, false
	}
	v, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || v > math.MaxInt64>>shift {
		return 0, false
	}
	return Size(v << shift), true
}

// duration is a time.Duration in the file's notation: 10s, 1m30s.
type duration time.Duration

func (t *duration) decodeYAML(d *decoder, n *yaml.Node) bool {
	var text string
	if !d.text(n, &text) {
		return false
	}
	v, err := time.ParseDuration(text)
	if err != nil || v <= 0 {
		return d.errorf(n, "%s is %q: want a time such as 10s", d.key(), text)
	}
	*t = duration(v)
	return true
}
