package conf

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// corpus are texts that configparser must read as Parse does; the lab test compares
// them.
var corpus = []struct {
	name, text string
	want       []string // section.name=value, in order
	line       int      // of the error, 0: none
}{
	{"plain", "[options]\na = 1\nb=2\nc : 3\n", []string{"options.a=1", "options.b=2", "options.c=3"}, 0},
	{"case and blanks", "[options]\n WORKERS  =  3  \n", []string{"options.workers=3"}, 0},
	{"comments", "# x\n; y\n[options]\n# a = 1\n  ; b = 2\nc = 3 ; three\nd = #4\n",
		[]string{"options.c=3 ; three", "options.d=#4"}, 0},
	{"percent", "[options]\na = ^%d$ %(b\n", []string{"options.a=^%d$ %(b"}, 0},
	{"continued", "[options]\na = /x,\n  /y,\n\n  /z\nb = 1\n", []string{"options.a=/x,\n/y,\n\n/z", "options.b=1"}, 0},
	{"comment in a value", "[options]\na = 1\n  # x\n  2\n", []string{"options.a=1\n2"}, 0},
	{"deeper key", "[options]\n  a = 1\n  b = 2\n    c = 3\n d = 4\n",
		[]string{"options.a=1", "options.b=2\nc = 3", "options.d=4"}, 0},
	{"empty", "[options]\na =\nb = \n", []string{"options.a=", "options.b="}, 0},
	{"separators", "[options]\na = =b:c\nlog_handler = :INFO\nx:y=z\n",
		[]string{"options.a==b:c", "options.log_handler=:INFO", "options.x=y=z"}, 0},
	{"sections", "[queue_job]\nchannels = root:2\n[options]\na = 1\n",
		[]string{"queue_job.channels=root:2", "options.a=1"}, 0},
	{"CRLF", "[options]\r\na = 1\r\nb = 2\r", []string{"options.a=1", "options.b=2"}, 0},
	{"nothing", "", nil, 0},
	{"only comments", "# x\n\n", nil, 0},
	{"no section", "a = 1\n", nil, 1},
	{"byte order mark", "\ufeff[options]\na = 1\n", nil, 1},
	{"twice", "[options]\na = 1\nA = 2\n", nil, 3},
	{"section twice", "[options]\na = 1\n[options]\nb = 2\n", nil, 3},
	{"no value", "[options]\na = 1\nb\n", nil, 3},
	{"no name", "[options]\n= 1\n", nil, 2},
}

func flat(f *File) []string {
	var out []string
	for _, e := range f.Entries {
		out = append(out, fmt.Sprintf("%s.%s=%s", e.Section, e.Name, e.Value))
	}
	return out
}

func TestParse(t *testing.T) {
	for _, test := range corpus {
		f, err := Parse(test.text)
		var fault *LineError
		switch {
		case test.line > 0:
			if !errors.As(err, &fault) || fault.Line != test.line {
				t.Errorf("%s: %v, want an error of line %d", test.name, err, test.line)
			}
		case err != nil:
			t.Errorf("%s: %v", test.name, err)
		case strings.Join(flat(f), "|") != strings.Join(test.want, "|"):
			t.Errorf("%s: %q, want %q", test.name, flat(f), test.want)
		}
	}
}

func TestGet(t *testing.T) {
	get := func(text, name string) string {
		f, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		value, ok := f.Get(name)
		return fmt.Sprint(value, ok)
	}
	for _, test := range []struct{ text, name, want string }{
		{"[options]\nworkers = 3\n", "WORKERS", "3true"}, {"[options]\n", "workers", "false"},
		{"[Options]\nworkers = 3\n", "workers", "false"},
		{"[DEFAULT]\na = 1\n[options]\n", "a", "1true"}, {"[options]\na = 2\n[DEFAULT]\na = 1\n", "a", "2true"},
		{"[DEFAULT]\na = 1\n", "a", "1false"},
	} {
		if got := get(test.text, test.name); got != test.want {
			t.Errorf("%q %s: %s, want %s", test.text, test.name, got, test.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, test := range corpus {
		f.Add(test.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file, err := Parse(text)
		if err != nil {
			return
		}
		for _, e := range file.Entries {
			if e.Name == "" || e.Section == "" || e.Line < 1 || e.Name != strings.ToLower(e.Name) ||
				strings.TrimRightFunc(e.Value, pythonSpace) != e.Value {
				t.Fatalf("entry %+v of %q", e, text)
			}
		}
	})
}
