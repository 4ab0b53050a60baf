package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"odooctl/inventory"
)

func TestShown(t *testing.T) {
	var known atomic.Pointer[inventory.Revealed]
	for _, test := range []struct {
		in, want string
		colour   bool
	}{
		{in: "db1: \x1b[2Jgone\u200b\u202e\n", want: "db1: \\x1b[2Jgone\\u200b\\u202e\n"},
		{in: "\x1b[32m+\x1b[m a\n", want: "\\x1b[32m+\\x1b[m a\n"},
		{in: "\x1b[32m+\x1b[m a\x1b[5m\x1b]0;t\x07\n", want: "\x1b[32m+\x1b[m a\\x1b[5m\\x1b]0;t\\x07\n", colour: true},
	} {
		var b bytes.Buffer
		s := shown{w: &b, colour: test.colour, known: &known}
		if n, err := s.Write([]byte(test.in)); b.String() != test.want || n != len(test.in) || err != nil {
			t.Errorf("%q became %q (%d, %v)", test.in, b.String(), n, err)
		}
	}
	var hides inventory.Revealed
	hides.Add("hunter2-hunter2")
	known.Store(&hides)
	log, err := openLog(filepath.Join(t.TempDir(), "log"), func() time.Time { return time.Unix(0, 0).UTC() })
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(shown{w: io.Discard, colour: true, known: &known, log: log},
		"\x1b[32m+\x1b[m a hunter2-hunter2\x1b]0;t\nb")
	fmt.Fprint(shown{w: io.Discard, known: &known, log: log}, "c\n")
	if text, err := os.ReadFile(log.file.Name()); err != nil || string(text) !=
		"1970-01-01T00:00:00.000Z + a ***\\x1b]0;t\n1970-01-01T00:00:00.000Z bc\n" {
		t.Errorf("the log has %q (%v)", text, err)
	}
	var b bytes.Buffer
	u := &ui{out: shown{w: &b, known: &known}}
	if err := u.printJSON(map[string]string{"a": "\u200b\u009b\x7f\U000e0041é"}); err != nil ||
		b.String() != "{\n  \"a\": \"\\u200b\\u009b\\u007f\\udb40\\udc41é\"\n}\n" {
		t.Errorf("%s: %v", b.String(), err)
	}
}
