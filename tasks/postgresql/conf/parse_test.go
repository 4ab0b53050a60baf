package conf

import (
	"fmt"
	"strings"
	"testing"
)

// lines are one line each; the lab test compares them with a server too. The names have
// a dot, so that no server misses a parameter.
var lines = []struct{ text, want string }{
	{"", ""}, {"# x.a = 1", ""}, {"  \t\r", ""},
	{"x.a = 1", "x.a=1"}, {"x.a 1", "x.a=1"}, {"x.a=1", "x.a=1"}, {" X.A\t=  on # y", "x.a=on"},
	{"x.a = on#y", "x.a=on"},
	{"x.a = '1'", "x.a=1"}, {"x.a = 'it''s'", "x.a=it's"}, {`x.a = 'a\'b\\c\td\101\7\q'`, "x.a=a'b\\c\tdA\aq"},
	{"x.a = ''", "x.a="}, {"x.a = '#'", "x.a=#"}, {"x.a = 'é'", "x.a=é"},
	{"x.a = 10MB", "x.a=10MB"}, {"x.a = -1", "x.a=-1"}, {"x.a = +0x1Fg", "x.a=+0x1Fg"}, {"x.a = 1.5", "x.a=1.5"},
	{"x.a = .5e-3", "x.a=.5e-3"}, {"x.a = 1.", "x.a=1."}, {"x.a = .", "x.a=."},
	{"x.a = a-b_c:d/e", "x.a=a-b_c:d/e"}, {"x.a = a.b.c", "x.a=a.b.c"}, {"x.a = é", "x.a=é"},
	{"x.a = a.b", "near a.b"}, {"x.a = *", "near *"}, {"x.a = localhost,10.0.0.5", "near ,"},
	{"x.a = 10.0.0.5", "near .0"}, {"x.a = 1.5GB", "near GB"}, {"x.a = 1 MB", "near MB"}, {"x.a = 1e5", "near 5"},
	{"x.a = a b", "near b"}, {"x.a = = 1", "near ="}, {"x.a =", "near end"}, {"x.a", "near end"}, {"= 1", "near ="},
	{"1 = x.a", "near 1"}, {"'x.a' = 1", "near 'x.a'"}, {"x.a.b = 1", "near x.a.b"},
	{"x.a = 'open", "near '"}, {"x.a = '1' '2'", "near '2'"}, {`x.a = 'a\`, "near '"}, {"x.a = 1;", "near ;"},
	{"x.a = \"b\"", "near \""},
}

func show(f *File) string {
	var parts []string
	for _, e := range f.Entries {
		parts = append(parts, e.Name+"="+e.Value)
	}
	for _, e := range f.Errors {
		near := strings.TrimPrefix(e.Reason, "syntax error near ")
		if token, ok := strings.CutPrefix(near, "token "); ok {
			near = strings.ReplaceAll(strings.Trim(token, `"`), `\"`, `"`)
			if token == `"\""` {
				near = `"`
			}
		} else {
			near = "end"
		}
		parts = append(parts, "near "+near)
	}
	return strings.Join(parts, "|")
}

func TestParseLine(t *testing.T) {
	for _, test := range lines {
		for _, end := range []string{"", "\n", "\r\n"} {
			if got := show(Parse(test.text + end)); got != test.want {
				t.Errorf("%q: %q, want %q", test.text+end, got, test.want)
			}
		}
	}
}

func TestParseFile(t *testing.T) {
	f := Parse("# x\nport = 5432\n\ninclude_dir = 'conf.d'\nbad line here\nPort '5433' # later\r\n" +
		"INCLUDE_IF_EXISTS 'x.conf'\ndata_directory = '/var/lib/postgresql/15/main'")
	if e, ok := f.Lookup("PORT"); !ok || e != (Entry{"port", "5433", 6}) {
		t.Errorf("port: %+v %v", e, ok)
	}
	if e, ok := f.Lookup("data_directory"); !ok || e.Value != "/var/lib/postgresql/15/main" || e.Line != 8 {
		t.Errorf("data_directory: %+v %v", e, ok)
	}
	if _, ok := f.Lookup("include_dir"); ok {
		t.Error("a directive counts as a setting")
	}
	if got := fmt.Sprint(f.Includes); got != "[{include_dir conf.d 4} {include_if_exists x.conf 7}]" {
		t.Errorf("includes: %s", got)
	}
	if len(f.Errors) != 1 || f.Errors[0].Error() != `line 5: syntax error near token "here"` {
		t.Errorf("errors: %v", f.Errors)
	}
}

func FuzzParse(f *testing.F) {
	for _, test := range lines {
		f.Add(test.text + "\nport = 1\n" + test.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file := Parse(text)
		last := 1 + strings.Count(text, "\n")
		for _, e := range append(file.Entries, file.Includes...) {
			if e.Name == "" || e.Line < 1 || e.Line > last {
				t.Fatalf("entry %+v of %q", e, text)
			}
		}
		for _, e := range file.Errors {
			if e.Line < 1 || e.Line > last {
				t.Fatalf("error %v of %q", e, text)
			}
		}
	})
}
