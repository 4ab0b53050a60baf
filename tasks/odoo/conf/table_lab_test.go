//go:build lab

package conf

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"odooctl/tasks/odoo/version"
)

// installed is the output of testdata/options.py.
type installed struct {
	Options map[string]struct {
		Kind, Default string
		Choices       []string
	}
	Commands []string // options of the command line alone
	Read     []string
}

// kinds maps our kinds to those of Odoo's parser; others are text there.
var kinds = map[Kind]string{Bool: "bool", Int: "int", Bytes: "int", Port: "int", Float: "float", Choice: "choice"}

// hostBound are options whose default depends on the machine.
var hostBound = []string{"data_dir", "addons_path", "root_path", "screenshots"}

// looser are options whose type here is stricter than Odoo's parser.
var looser = []string{"import_file_maxbytes", "import_file_timeout", "log_db_level"}

// TestTableOfOdoo compares the options of the Odoos on lab hosts with the table, in
// both directions: names, types, defaults and choices.
func TestTableOfOdoo(t *testing.T) {
	for host, major := range map[string]int{"app1": 14, "next1": 19} {
		odoo := ask(t, host)
		differ := 0
		report := func(format string, args ...any) { differ++; t.Errorf(format, args...) }
		for _, o := range optionsIn(major) {
			name := o.NameIn(major)
			known, ok := odoo.Options[name]
			if !ok {
				if !slices.Contains(odoo.Read, name) {
					report("%d: no code reads %s", major, name)
				}
				continue
			}
			want := kinds[o.Kind]
			if want == "" {
				want = "text"
			}
			if known.Kind != want && !slices.Contains(looser, o.Name) && o.Name != "with_demo" {
				report("%d: %s is a %s, Odoo takes a %s", major, name, o.Kind, known.Kind)
			}
			if d := defaultOf(o, major); d != known.Default && !slices.Contains(hostBound, o.Name) {
				report("%d: %s has the default %q, of Odoo it is %q", major, name, d, known.Default)
			}
			if o.Kind == Choice && !slices.Equal(slices.Sorted(slices.Values(o.Choices)),
				slices.Sorted(slices.Values(known.Choices))) {
				report("%d: %s is one of %v, of Odoo one of %v", major, name, o.Choices, known.Choices)
			}
		}
		for name := range odoo.Options {
			// A version may still accept an older name, which is not written.
			if o, ok := Lookup(name); refused[name] == "" && !(ok && o.In(major)) {
				report("%d: the table does not have %s", major, name)
			}
		}
		for _, name := range odoo.Commands {
			if refused[name] == "" {
				report("%d: %s belongs on the command line, and is not refused", major, name)
			}
		}
		t.Logf("Odoo %d: %d options in the table, %d of Odoo's parser (%d refused); %d differences",
			major, len(optionsIn(major)), len(odoo.Options), count(odoo), differ)
	}
	for major := version.First; major <= version.Last; major++ {
		t.Logf("Odoo %d: %d options", major, len(optionsIn(major)))
	}
}

func count(odoo installed) (n int) {
	for name := range odoo.Options {
		if refused[name] != "" {
			n++
		}
	}
	return n
}

// defaultOf is the default in the version's parser.
func defaultOf(o Option, major int) string {
	d := o.DefaultIn(major)
	if o.Name == "with_demo" && major < 19 {
		return map[string]string{"True": "", "False": "all"}[d]
	}
	return d
}

func ask(t *testing.T, host string) (odoo installed) {
	t.Helper()
	state := os.Getenv("ODOOCTL_LAB_STATE")
	if state == "" {
		t.Fatal("ODOOCTL_LAB_STATE names no running lab: lab/test.sh boots one")
	}
	program, err := os.Open("testdata/options.py")
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	cmd := exec.CommandContext(t.Context(), "ssh", "-F", filepath.Join(state, "ssh_config"), "root@"+host,
		"cd / && runuser -u odoo -- env HOME=/var/lib/odoo PYTZ_TZDATADIR=/usr/share/zoneinfo python3 -W ignore -")
	cmd.Stdin, cmd.Stderr = program, os.Stderr
	out, err := cmd.Output()
	if err == nil {
		err = json.Unmarshal(out, &odoo)
	}
	if err != nil || len(odoo.Options) < 50 {
		t.Fatalf("%s: %d options, %v", host, len(odoo.Options), err)
	}
	return odoo
}
