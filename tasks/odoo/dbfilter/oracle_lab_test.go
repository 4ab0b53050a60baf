//go:build lab

package dbfilter

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// question is one case for testdata/oracle.py.
type question struct {
	Filter    string   `json:"filter"`
	Host      string   `json:"host"`
	Names     []string `json:"names"`
	Databases []string `json:"databases"`
}

var (
	hosts = []string{"www.mycompany.com", "mycompany.co.uk:8069", "my-company.com", "www.", "a+b.com", "",
		"[::1]:80", "www.www.x", "x_y.z", "A.b", "%d.com", "10.0.0.1"}
	databases = []string{"mycompany", "mycompany-test", "mycompany.com", "my-company", "www", "www.mycompany.com",
		"a+b", "aab", "A", "a", "x_y", "10.0.0.1", "mycompany\n", "other2", "%d", "[", "Z^", "\u00e9t\u00e9", "a\u0663"}
	atoms = []string{"%d", "%h", "%d", "my", "company", "a", "b", ".", `\.`, `\d`, `\w`, `\s`, `\S`, `\W`, `\D`,
		"[a-c]", "[^a-z]", "[]x]", "[^]a]", `[\w-]`, `[\W_]`, `[^\W\d]`, "[a-]", `[\x41-Z^]`, "^", "$", `\A`, `\Z`,
		`\b`, `\B`, "-", "_", "{", "}", "]", ",", "{1", `\-`, `\_`, `\x61`, `\u0061`, `\141`, `\0`, "%", "(?#c)",
		`(?#\)c)`, "# \\\n", "#c\n", "[[:alpha:]]", "[a&&b]", "\n", " ", "#", `\/`}
	counts = []string{"", "", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{,2}", "{1,}", "{,}", "{0,3}?",
		"{2,1}", "**", "{}"}
	opens  = []string{"(", "(?:", "(?i:", "(?s:", "(?m:", "(?x:", "(?-i:", "(?a:", "(?P<n>", "(?im-s:"}
	starts = []string{"", "", "", "", "^", "(?i)", "(?s)", "(?m)", "(?x)", "(?is)", "(?a)"}
)

func expression(r *rand.Rand, depth int) (text string) {
	pick := func(list []string) string { return list[r.IntN(len(list))] }
	for range 1 + r.IntN(4) {
		if depth > 0 && r.IntN(5) == 0 {
			text += pick(opens) + expression(r, depth-1) + ")" + pick(counts)
			continue
		}
		text += pick(atoms)
		if r.IntN(3) == 0 {
			text += pick(counts)
		}
	}
	if r.IntN(6) == 0 {
		text += "|" + expression(r, depth)
	}
	return text
}

func questions(seed uint64, number int) (list []question) {
	r := rand.New(rand.NewPCG(seed, 1))
	for range number {
		q := question{Filter: starts[r.IntN(len(starts))] + expression(r, 2), Host: hosts[r.IntN(len(hosts))],
			Databases: databases}
		switch r.IntN(20) {
		case 0:
			q.Filter += []string{"(", ")", "[", `\`, `\q`, "(?y)", "*", "[b-a]"}[r.IntN(8)]
		case 1:
			q.Filter, q.Names = "", []string{"other2", "a", "none"}
		}
		list = append(list, q)
	}
	return list
}

// TestOracle compares generated filters, hosts and databases with the function of the
// Odoos that are installed on lab hosts, under their own Python.
func TestOracle(t *testing.T) {
	const file = "/usr/lib/python3/dist-packages/odoo/http.py"
	for _, o := range []struct {
		host, args string
		semantics  []Semantics
	}{{"app1", file, []Semantics{C}}, {"next1", file + " list", []Semantics{D, E}}} {
		list := questions(uint64(o.semantics[0]), 6000)
		answers := ask(t, list, "ssh", "-F", filepath.Join(state(t), "ssh_config"), "root@"+o.host, program(o.args))
		for _, s := range o.semantics {
			compare(t, s, list, answers)
		}
	}
}

// TestOracleOfPython does it with the machine's own Python for the versions that insert
// the host unquoted: it compares what the filter matches.
func TestOracleOfPython(t *testing.T) {
	list := questions('A', 6000)
	for i := range list {
		list[i].Filter = Rule{Semantics: A, Filter: list[i].Filter}.fill(list[i].Host)
	}
	// Odoo 10 uses the rules of Python 2, which this Python does not have: C uses this
	// Python's, and has nothing left to insert.
	list = slices.DeleteFunc(list, func(q question) bool {
		return q.Filter == "" || strings.Contains(q.Filter, "%h") || strings.Contains(q.Filter, "%d")
	})
	compare(t, C, list, ask(t, list, "sh", "-c", program("re")))
}

// program is shell that passes the program to Python as an argument, and the questions
// on standard input.
func program(args string) string {
	text, err := os.ReadFile("testdata/oracle.py")
	if err != nil {
		panic(err)
	}
	return "python3 -W ignore -c '" + string(text) + "' " + args
}

func state(t *testing.T) string {
	dir := os.Getenv("ODOOCTL_LAB_STATE")
	if dir == "" {
		t.Fatal("ODOOCTL_LAB_STATE names no running lab: lab/test.sh boots one")
	}
	return dir
}

func ask(t *testing.T, list []question, argv ...string) (answers []*[]string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	input, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Stdin = bytes.NewReader(input)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err == nil {
		err = json.Unmarshal(out, &answers)
	}
	if err != nil || len(answers) != len(list) {
		t.Fatalf("%v, %d answers to %d questions\n%s", err, len(answers), len(list), stderr.String())
	}
	return answers
}

// compare counts equal answers, filters that both refuse, and those refused only here;
// a different answer fails the test.
func compare(t *testing.T, s Semantics, list []question, answers []*[]string) {
	t.Helper()
	same, both, ours, names := 0, 0, 0, 0
	for i, q := range list {
		r := Rule{s, q.Filter, q.Names}
		if q.Filter == "" {
			if got, err := r.Databases(q.Host, q.Databases); err != nil || !slices.Equal(got, *answers[i]) {
				t.Fatalf("%c: db_name %q of %q: %q, %v; Odoo %v", s, q.Names, q.Databases, got, err, *answers[i])
			}
			continue
		}
		p, err := compile(r.fill(q.Host), s <= B)
		var refused *Error
		for _, db := range q.Databases {
			got := false
			if err == nil {
				var unknown error
				if got, unknown = p.match(db); unknown != nil {
					names++
					continue
				}
			}
			switch {
			case errors.As(err, &refused) && answers[i] == nil:
				both++
			case errors.As(err, &refused) && refused.Python:
				ours++
			case err != nil || answers[i] == nil || got != slices.Contains(*answers[i], db):
				t.Fatalf("%c: %q under %q: %q fits: %v, %v; Odoo %v", s, q.Filter, q.Host, db, got, err, answers[i])
			default:
				same++
			}
		}
	}
	t.Logf("%c: %d answers are the same, %d times both refuse, %d times only odooctl does, %d names are not judged",
		s, same, both, ours, names)
	if same < 60000 || ours > same/20 || names > same/2 {
		t.Errorf("%c: the comparison says too little", s)
	}
}
