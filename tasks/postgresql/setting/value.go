package setting

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"odooctl/inventory/nearest"
)

func (s setting) check(value string) error {
	switch s.kind {
	case "bool":
		if !isBool(value) {
			return fmt.Errorf("%q is not on or off", value)
		}
	case "enum":
		return s.checkChoice(value)
	case "integer", "real":
		return s.checkNumber(value)
	}
	return nil
}

// isBool takes a word as the server does: also its beginning, where that is no other's.
func isBool(value string) bool {
	v := strings.ToLower(strings.TrimSpace(value))
	for _, word := range []string{"true", "false", "yes", "no", "on", "off"} {
		if v != "" && v != "o" && strings.HasPrefix(word, v) {
			return true
		}
	}
	return v == "1" || v == "0"
}

// unlisted are choices that the server takes and pg_settings does not show.
var unlisted = map[string][]string{
	"wal_level":           {"archive", "hot_standby"},
	"client_min_messages": {"debug", "info", "fatal", "panic"},
	"log_min_messages":    {"debug"}, "log_min_error_statement": {"debug"},
	"trace_recovery_messages": {"debug"},
}

func (s setting) checkChoice(value string) error {
	v := strings.ToLower(value)
	switch {
	case slices.Contains(s.choices, v) || slices.Contains(unlisted[s.name], v):
		return nil
	case isBool(value) && (slices.Contains(s.choices, "on") || slices.Contains(s.choices, "off") || s.name ==
		"password_encryption"):
		return nil
	case slices.ContainsFunc(s.choices, func(c string) bool { return strings.EqualFold(c, value) }):
		return nil
	}
	return fmt.Errorf("%q is not one of %s%s", value, strings.Join(s.choices, ", "), nearest.Hint(v, s.choices))
}

// units are what may stand behind a number, in bytes or microseconds.
var (
	memory = map[string]float64{"B": 1, "kB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30, "TB": 1 << 40}
	time   = map[string]float64{"us": 1, "ms": 1e3, "s": 1e6, "min": 60e6, "h": 3600e6, "d": 86400e6}
)

var (
	number   = regexp.MustCompile(`^\s*([-+]?(?:0[xX][0-9a-fA-F]+|[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?|[0-9]+\.))\s*([A-Za-z]*)\s*$`)
	baseUnit = regexp.MustCompile(`^([0-9]*)([A-Za-z]+)$`)
)

func (s setting) checkNumber(value string) error {
	m := number.FindStringSubmatch(value)
	if m == nil {
		return fmt.Errorf("%q is not a number%s", value, s.withUnits())
	}
	n, err := parse(m[1])
	if err != nil {
		return fmt.Errorf("%q is not a number", value)
	}
	if unit := m[2]; unit != "" {
		factor, err := s.factor(unit)
		if err != nil {
			return fmt.Errorf("%q: %w", value, err)
		}
		n *= factor
	}
	if s.kind == "integer" {
		n = math.RoundToEven(n)
	}
	low, errLow := strconv.ParseFloat(s.low, 64)
	high, errHigh := strconv.ParseFloat(s.high, 64)
	if errLow == nil && n < low || errHigh == nil && n > high {
		return fmt.Errorf("%s is out of range: want %s to %s%s", value, s.low, s.high, s.counted())
	}
	return nil
}

func parse(text string) (float64, error) {
	if strings.ContainsAny(text, "xX") {
		n, err := strconv.ParseInt(text, 0, 64)
		return float64(n), err
	}
	return strconv.ParseFloat(text, 64)
}

// factor converts a number with a unit into the unit in which the server counts.
func (s setting) factor(unit string) (float64, error) {
	base := baseUnit.FindStringSubmatch(s.unit)
	if base == nil {
		return 0, errors.New("it takes no unit")
	}
	units := memory
	if _, is := time[base[2]]; is {
		units = time
	}
	factor, known := units[unit]
	if !known {
		return 0, fmt.Errorf("there is no unit %s%s", unit, s.withUnits())
	}
	times := 1.0
	if base[1] != "" {
		times, _ = strconv.ParseFloat(base[1], 64)
	}
	return factor / (units[base[2]] * times), nil
}

// withUnits names the units that a value may have.
func (s setting) withUnits() string {
	base := baseUnit.FindStringSubmatch(s.unit)
	switch {
	case base == nil:
		return ""
	case time[base[2]] != 0:
		return ", or one with ms, s, min, h or d"
	}
	return ", or one with kB, MB, GB or TB"
}

// counted says in which unit the bounds are.
func (s setting) counted() string {
	if s.unit == "" {
		return ""
	}
	return " (in units of " + s.unit + ")"
}
