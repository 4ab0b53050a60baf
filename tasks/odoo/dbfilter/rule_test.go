package dbfilter

import (
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
)

// vector is the observed behaviour of each version's code.
type vector struct {
	ID       int      `json:"id"`
	Host     string   `json:"host"`
	Filter   string   `json:"dbfilter"`
	Name     *string  `json:"db_name"`
	DBs      []string `json:"dbs"`
	Expected map[string]json.RawMessage
}

func TestVectors(t *testing.T) {
	raw, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Vectors []vector }
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	passed := map[Semantics]int{}
	for _, v := range file.Vectors {
		for _, s := range []Semantics{A, B, C, D, E} {
			r := Rule{Semantics: s, Filter: v.Filter}
			if v.Name != nil {
				for name := range strings.SplitSeq(*v.Name, ",") {
					r.Names = append(r.Names, strings.TrimSpace(name))
				}
			}
			got, err := r.Databases(v.Host, v.DBs)
			var want []string
			var fault *Error
			if json.Unmarshal(v.Expected[string(s)], &want) != nil {
				if !errors.As(err, &fault) || fault.Python {
					t.Errorf("%d %c: %v, %v; Python does not take %s", v.ID, s, got, err, v.Filter)
				}
			} else if err != nil || !slices.Equal(got, want) {
				t.Errorf("%d %c: %s under %s shows %q, %v; want %q", v.ID, s, v.Filter, v.Host, got, err, want)
			}
			passed[s]++
		}
	}
	for _, s := range []Semantics{A, B, C, D, E} {
		if passed[s] < 39 {
			t.Errorf("%c: %d vectors", s, passed[s])
		}
		t.Logf("%c: %d vectors", s, passed[s])
	}
}

func TestOf(t *testing.T) {
	for version, want := range map[string]Semantics{
		"10.0-20170305": A, "10.0-20180117": B, "10.0": B, "10": B, "11.0": C, "15": C, "15.0-20220805": C, "16.0": D,
		"18.0": D, "19.0": E,
		"9.0": 0, "20.0": 0, "": 0, "16.1": 0, "x": 0, "10.0-2017": 0, "10.0-x": 0,
	} {
		if got, err := Of(version); got != want || (err != nil) != (want == 0) {
			t.Errorf("%s: %c, %v", version, got, err)
		}
	}
	if B.Default() != ".*" || C.Default() != "" {
		t.Error("defaults")
	}
}

func TestPythonOnly(t *testing.T) {
	for _, test := range []struct {
		filter string
		python bool
		want   string
	}{
		{`^(?!test)%d$`, true, "lookahead or lookbehind, which only Python has, at character 2"},
		{`(?<=a)b`, true, "lookbehind"}, {`(?<!a)b`, true, "lookbehind"}, {`a(?=b)`, true, "lookahead"},
		{`(a)\1`, true, "reference to a group"}, {`(?P<n>a)(?P=n)`, true, "reference to a group"},
		{`(a)?(?(1)b|c)`, true, "condition"},
		{`(?>a)`, true, "atomic"}, {`a*+`, true, "possessive"}, {`a{1001}`, true, "more than 1000"},
		{`(?:a{1000}){1000}`, true, "too large"},
		{`\N{DASH}`, true, "by its name"}, {`(?i)é`, true, "not ASCII"}, {`(?i)[é]`, true, "not ASCII"},
		{strings.Repeat("(", 101) + strings.Repeat(")", 101), true, "groups in groups"},
		{`(`, false, "unterminated subpattern at character 1"}, {`)`, false, "unbalanced parenthesis"},
		{`[a`, false, "unterminated character set"}, {`[b-a]`, false, "bad character range"},
		{`[\d-a]`, false, "bad character range"},
		{`*`, false, "nothing to repeat"}, {`^*`, false, "nothing to repeat"}, {`a**`, false, "multiple repeat"},
		{`a{2,1}`, false, "min repeat greater"}, {`a\`, false, "end of pattern"}, {`\q`, false, `bad escape \q`},
		{`\xg0`, false, "incomplete escape"},
		{`a(?i)b`, false, "not at the start"}, {`(?ii:a)(?y)`, false, "unknown extension"},
		{`(?P<1>a)`, false, "bad character"}, {`(?P<a>b)(?P<a>c)`, false, "redefinition"},
		{`(?#a`, false, "unterminated comment"}, {`(?#a\)`, false, "unterminated comment"},
		{`(?x)a#\`, false, "end of pattern"}, {`(?au)a`, false, "bad inline flags"}, {"\xff", false, "UTF-8"},
	} {
		_, err := Rule{Semantics: C, Filter: test.filter}.Databases("www.example.com", []string{"a"})
		var fault *Error
		if !errors.As(err, &fault) || fault.Python != test.python || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.filter, err, test.want)
		}
	}
}

func TestNames(t *testing.T) {
	for _, test := range []struct{ filter, name, want string }{
		{`a`, "a\nb", "line break inside"}, {`(?i)a`, "é", "ASCII"}, {`\ba`, "é", "ASCII"}, {`a`, "\xff", "UTF-8"},
	} {
		_, err := Rule{Semantics: E, Filter: test.filter}.Databases("a", []string{test.name})
		var fault *NameError
		if !errors.As(err, &fault) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s of %q: %v, want %q", test.filter, test.name, err, test.want)
		}
	}
}

func FuzzDatabases(f *testing.F) {
	for _, filter := range []string{`^%d$`, `(?i)^%h\Z`, `[]a-z^-]{,3}`, `(?P<n>\w+|\D)*?x`, "(?x) a # b\n c",
		`(?-i:a)`, `\07\x41é[^\W_]`} {
		f.Add(byte(0), filter, "www.mycompany.com:8069", "mycompany")
	}
	f.Fuzz(func(t *testing.T, which byte, filter, host, name string) {
		r := Rule{Semantics: A + Semantics(which%5), Filter: filter}
		got, err := r.Databases(host, []string{name})
		var refused *Error
		var named *NameError
		if err != nil && !errors.As(err, &refused) && !errors.As(err, &named) || len(got) > 1 {
			t.Errorf("%q, %v", got, err)
		}
	})
}
