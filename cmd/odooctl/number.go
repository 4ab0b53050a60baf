package main

import (
	"cmp"
	"fmt"
	"strconv"
	"time"
)

// number is a flag that takes a number between two bounds, both included. A flag that
// is left out keeps the value of its variable, which may be outside of them.
type number[N int | time.Duration] struct {
	value      *N
	least, max N
	parse      func(string) (N, error)
	kind, want string // shown in help and in errors
}

// count returns a flag for a whole number.
func count(value *int, least, max int) *number[int] {
	return &number[int]{value, least, max, strconv.Atoi, "number", "a whole number"}
}

// span returns a flag for a length of time.
func span(value *time.Duration, least, max time.Duration) *number[time.Duration] {
	return &number[time.Duration]{value, least, max, time.ParseDuration, "time", "a time such as 90s or 2h,"}
}

// Set implements pflag.Value, as do String and Type. pflag puts the flag and its value
// before the error.
func (n *number[N]) Set(text string) error {
	v, err := n.parse(text)
	if err != nil || cmp.Less(v, n.least) || cmp.Less(n.max, v) {
		return fmt.Errorf("want %s from %v to %v", n.want, n.least, n.max)
	}
	*n.value = v
	return nil
}

// String is what help shows as the default; it leaves out a 0.
func (n *number[N]) String() string {
	if n.value == nil || *n.value == 0 {
		return "0"
	}
	return fmt.Sprint(*n.value)
}

func (n *number[N]) Type() string { return n.kind }

// The bounds that several verbs share.
const (
	maxForks = 10_000               // hosts at work at once
	maxSpan  = 366 * 24 * time.Hour // for which a row or a tunnel is granted
)
