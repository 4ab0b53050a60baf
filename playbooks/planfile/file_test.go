package planfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"odooctl/playbooks/journal"
)

// samplePlan is a plan file that can be read.
func samplePlan() *File {
	return &File{
		Format: format, Program: "1.0", Made: time.Unix(0, 0).UTC(), Run: "r", By: "me@here",
		Inventory: Input{Given: "i.yaml", Path: "/srv/i.yaml", Digest: "00"}, Playbook: Input{Given: "site", Digest: "00"},
		Salt:  []byte("0123456789abcdef"),
		Hosts: []*Host{{Host: "db1", State: journal.Unchanged, Changes: []Change{{"~", "file", "/etc/x", "0000"}}}},
	}
}

func TestReadPlanFile(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "p.plan")
	if err := samplePlan().Write(name); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	good := string(data)
	for what, tt := range map[string]struct {
		text string
		mode fs.FileMode
		want string
	}{
		"good":           {good, 0o600, ""},
		"cut short":      {good[:len(good)/2], 0o600, "the plan file is broken, perhaps cut short"},
		"only the start": {`{"odooctl_plan`, 0o600, "not a plan file"},
		"newer": {strings.Replace(good, `"odooctl_plan": 1`, `"odooctl_plan": 2`, 1), 0o600,
			"has format 2, this odooctl reads format 1"},
		"unknown key":     {strings.Replace(good, `"made"`, `"when"`, 1), 0o600, `unknown field "when"`},
		"no salt":         {strings.Replace(good, "MDEyMzQ1Njc4OWFiY2RlZg==", "", 1), 0o600, "missing"},
		"a null":          {strings.Replace(good, `"hosts": [`, `"hosts": [null,`, 1), 0o600, "missing"},
		"world-writable":  {good, 0o602, "everybody can write this plan"},
		"inventory":       {"hosts: {a: {}}\n", 0o600, "not a plan file"},
		"JSON inventory":  {`{"hosts": {"a": {}}}`, 0o602, "not a plan file"},
		"nothing":         {"", 0o600, "not a plan file"},
		"before the json": {"x" + good, 0o600, "not a plan file"},
	} {
		if err := os.WriteFile(name, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(name, tt.mode); err != nil {
			t.Fatal(err)
		}
		_, err := Read(name)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", what, err, tt.want)
		}
		if errors.Is(err, ErrNone) != (tt.want == "not a plan file") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := Read(dir); !errors.Is(err, ErrNone) {
		t.Errorf("a folder: %v", err)
	}
	if _, err := Read(filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	if err := samplePlan().Write(filepath.Join(dir, "no", "p.plan")); err == nil {
		t.Error("written into a folder that is not there")
	}
}

func FuzzParsePlan(f *testing.F) {
	f.Add(`{"odooctl_plan": 1}`)
	f.Add(`{"odooctl_plan": 1, "salt": "AA==", "inventory": {"path": "/i"}, "playbook": {"given": "site"}, "made": "2026-11-22T18:00:00Z", "hosts": [{"host": "a"}]}`)
	f.Add(`{"odooctl_plan": "1"`)
	f.Fuzz(func(t *testing.T, text string) {
		p, err := parse("p", []byte(text))
		if (p == nil) == (err == nil) {
			t.Fatalf("%v, %v", p, err)
		}
		if p != nil {
			p.Count()
			p.Host("a")
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	s := seal{[]byte("0123456789abcdef")}
	for b.Loop() {
		s.digest("host db1", "00")
	}
}
