package basic

import (
	"strings"
	"testing"
)

// unitTexts are definitions, and why they are refused before a host is asked.
var unitTexts = []struct{ text, refused string }{
	{"nonsense", `line 1 is neither [Section] nor Key=value: "nonsense"`},
	{"ExecStart=/bin/true", "line 1 comes before any [Section], and systemd reads nothing of it"},
	{"[Unit]\nDescription=x\n", "the definition has no ExecStart in [Service]: systemd would refuse it"},
	{"[Service]\nExecStart=/bin/true\nnonsense\n", `line 3 is neither [Section] nor Key=value: "nonsense"`},
	{"# a comment\n[Service]\n; another\n  ExecStart = /bin/sh -c \\\n  # within\n  true \\\n  more\nType=oneshot\n", ""},
	{"[Service]\nExecStop=/bin/true\nRemainAfterExit=yes\n", ""},
}

func TestUnitText(t *testing.T) {
	for _, c := range unitTexts {
		err := (&Unit{Name: "x.service", Definition: c.text}).Validate()
		switch {
		case c.refused == "" && err != nil:
			t.Errorf("%q: %v", c.text, err)
		case c.refused != "" && (err == nil || !strings.HasSuffix(err.Error(), c.refused)):
			t.Errorf("%q: %v, want %q", c.text, err, c.refused)
		}
	}
}
