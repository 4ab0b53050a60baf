package main

import (
	"bytes"
	"sync/atomic"
	"testing"

	"odooctl/inventory"
)

func TestShown(t *testing.T) {
	var known atomic.Pointer[inventory.Revealed]
	for _, test := range []struct {
		in, want string
		colour   bool
	}{
		{in: "db1: \x1b[2Jgone\u200b\u202e\n", want: "db1: \\x1b[2Jgone\\u200b\\u202e\n"},
		{in: "\x1b[32m+\x1b[0m a\n", want: "\\x1b[32m+\\x1b[0m a\n"},
		{in: "\x1b[32m+\x1b[0m a\x1b[5m\x1b]0;t\x07\n", want: "\x1b[32m+\x1b[0m a\\x1b[5m\\x1b]0;t\\x07\n", colour: true},
	} {
		var b bytes.Buffer
		if n, err := (shown{&b, test.colour, &known}).Write([]byte(test.in)); b.String() != test.want || n != len(test.in) ||
			err != nil {
			t.Errorf("%q became %q (%d, %v)", test.in, b.String(), n, err)
		}
	}
	var b bytes.Buffer
	u := &ui{out: shown{w: &b, known: &known}}
	if err := u.printJSON(map[string]string{"a": "\u200b\u009b\x7f\U000e0041é"}); err != nil ||
		b.String() != "{\n  \"a\": \"\\u200b\\u009b\\u007f\\udb40\\udc41é\"\n}\n" {
		t.Errorf("%s: %v", b.String(), err)
	}
}
