//go:build lab

package conf

import (
	"encoding/json"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"odooctl/tasks/odoo/version"
)

const reader = `
import configparser, io, json, sys
out = []
for text in json.load(sys.stdin):
    parser = configparser.RawConfigParser()
    try:
        parser.read_file(io.StringIO(text, newline=None))
        out.append([section + "." + name + "=" + value for section in parser.sections() for name, value in parser.items(section)])
    except configparser.Error:
        out.append(None)
print(json.dumps(out))
`

// TestOracle compares Parse with the machine's own Python, and checks that Mask hides
// what that reads.
func TestOracle(t *testing.T) {
	var texts []string
	for _, test := range corpus {
		texts = append(texts, test.text)
	}
	lines := []string{"[options]", "a = 1", " b: 2", "   c", "# d", " ; e", "", "  ", "f", "= g", "[x] y", "[]", "[x",
		"A=3", "\tk = v", "k2 == =", "[DEFAULT_]", "h = \u00a0i\u2003", "l\x1c= m\x0b n"}
	for a := range lines {
		for b := range lines {
			texts = append(texts, "[options]\nz = 0\n"+lines[a]+"\n"+lines[b]+"\nlast = 1\n",
				lines[a]+"\n"+lines[b]+"\n   x = 2\n")
		}
	}
	for major := version.First; major <= version.Last; major++ {
		text, err := Render(major, sample)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, text)
	}
	input, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("python3", "-c", reader)
	cmd.Stdin = strings.NewReader(string(input))
	raw, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var answers []*[]string
	if err := json.Unmarshal(raw, &answers); err != nil {
		t.Fatal(err)
	}
	for i, text := range texts {
		file, err := Parse(text)
		switch {
		case (err != nil) != (answers[i] == nil):
			t.Errorf("%q: %v, configparser reads it: %v", text, err, answers[i] != nil)
		case err == nil && strings.Join(flat(file), "|") != strings.Join(*answers[i], "|"):
			t.Errorf("%q: %q\nconfigparser: %q", text, flat(file), *answers[i])
		case err == nil:
			if value := leaks(file.Entries, Mask(text, public, stars)); value != "" {
				t.Errorf("%q shows %q", text, value)
			}
		}
	}
	t.Log(strconv.Itoa(len(texts)) + " texts compared")
}
