package conf

import (
	"strings"
	"testing"
)

func TestMask(t *testing.T) {
	shown := func(name, _ string) bool { return name == "port" || name == "listen_addresses" }
	for _, test := range []struct{ text, want string }{
		{"port = 5432\n", "port = 5432\n"},
		{"primary_conninfo = 'password=it''s x' # note\nPort 5433\r\n", "primary_conninfo = *** # ***\nPort 5433\r\n"},
		{"#port = 5432\t\t\t# (change requires restart)\n#app.key='x'\n# password hunter2\n",
			"#port = 5432\t\t\t# ***\n#app.key=***\n***\n"},
		{Header + "\n#-----\n# - x -\n\n", Header + "\n#-----\n***\n\n"},
		{"port = 5432 hunter2\n= hunter2\n'hunter2'\n", "***\n***\n***\n"},
		{"listen_addresses = '*'", "listen_addresses = '*'"},
	} {
		if got := Mask(test.text, shown, func(string) string { return "***" }); got != test.want {
			t.Errorf("%q\n got %q\nwant %q", test.text, got, test.want)
		}
	}
}

func FuzzMask(f *testing.F) {
	for _, test := range lines {
		f.Add(test.text)
	}
	f.Add("a.b = 'it''s \\' hunter2' # hunter3\n#c=d\n")
	f.Fuzz(func(t *testing.T, text string) {
		masked := Mask(text, func(string, string) bool { return false }, func(string) string { return "***" })
		if strings.Count(masked, "\n") != strings.Count(text, "\n") {
			t.Fatalf("lines are lost: %q %q", text, masked)
		}
		// *** is no value to the server: it would accept nothing that is left.
		if file := Parse(masked); len(file.Entries)+len(file.Includes) > 0 {
			t.Fatalf("%+v is shown:\n%q\n%q", file, text, masked)
		}
		for line := range strings.SplitSeq(masked, "\n") {
			if _, comment, _ := strings.Cut(line, "#"); strings.Trim(comment, "#- \t\r\f\v\n*\u0085\u00a0") != "" &&
				line != Header && !strings.Contains(comment, "***") {
				t.Fatalf("%q is shown", line)
			}
		}
	})
}
