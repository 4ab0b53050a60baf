package way

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"odooctl/inventory"
)

// TestPrepare: odooctl accepts its inventory, the floor's script contains every
// template and is valid sh, and the two variants differ in one line.
func TestPrepare(t *testing.T) {
	dir := t.TempDir()
	pair, err := NewPair(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	sites := []Site{
		{Name: "site1", Host: "erp1", Address: "198.18.55.11", Network: "198.18.55.0/24",
			Generation: "0123456789abcdef"},
		{Name: "site2", Host: "erp2", Address: "198.18.55.12", Network: "198.18.55.0/24",
			Generation: "fedcba9876543210"},
	}
	if err := Prepare(dir, sites, pair); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"odooctl-0.yaml", "odooctl-1.yaml"} {
		inv, err := inventory.Load(filepath.Join(dir, "odooctl", name), inventory.Options{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(inv.Hosts) != len(sites) {
			t.Errorf("%s has %d hosts", name, len(inv.Hosts))
		}
	}
	script := text(t, dir, "floor/erp2-0.sh")
	err = fs.WalkDir(data, "ansible/roles", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Base(filepath.Dir(name)) != "templates" {
			return err
		}
		template, err := data.ReadFile(name)
		if err != nil {
			return err
		}
		last := strings.Split(strings.TrimSpace(string(template)), "\n")
		if line := last[len(last)-1]; !strings.Contains(line, "{{") && !strings.Contains(script, "\n"+line+"\n") {
			t.Errorf("the floor's script lacks %q of %s", line, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"listen_addresses = 'localhost, 198.18.55.12'", "db_host = erp2", pair.Key,
		`return 200 "fedcba9876543210\n"`} {
		if !strings.Contains(script, want) {
			t.Errorf("the floor's script lacks %q", want)
		}
	}
	for _, pairs := range [][2]string{{"floor/erp1-0.sh", "floor/erp1-1.sh"},
		{"ansible/hosts-0.yml", "ansible/hosts-1.yml"}} {
		if n := differing(text(t, dir, pairs[0]), text(t, dir, pairs[1])); n != 1 {
			t.Errorf("%s and %s differ in %d lines, want 1", pairs[0], pairs[1], n)
		}
	}
	if n := differing(text(t, dir, "odooctl/odooctl-0.yaml"), text(t, dir, "odooctl/odooctl-1.yaml")); n != len(sites) {
		t.Errorf("odooctl's inventories differ in %d lines, want one per host", n)
	}
}

// TestIdle: the ways' outputs of a run without changes, and of one with some.
func TestIdle(t *testing.T) {
	recap := "PLAY RECAP ****\nerp1                       : ok=15   changed=0    unreachable=0    failed=0\n"
	for _, c := range []struct {
		way, output string
		idle, busy  bool
	}{
		{"odooctl", "plan: 0 changes on 10 hosts\n", true, false},
		{"odooctl", "run 20261122T231456-118a: 30 changes, 0 of 2 hosts failed\n", false, true},
		{"odooctl", "run 20261122T231456-118a: 1 change, 0 of 2 hosts failed\n", false, true},
		{"Ansible", recap, true, false},
		{"Ansible", recap + "erp2                       : ok=15   changed=2    unreachable=0    failed=0\n",
			false, true},
		{"Ansible with Mitogen", "", false, false},
		{"floor", "", true, false},
		{"floor", "changed /etc/odoo/odoo.conf\n", false, true},
	} {
		for _, w := range All() {
			if w.Name == c.way && (w.Idle(c.output) != c.idle || w.Busy(c.output) != c.busy) {
				t.Errorf("%s: idle %v, busy %v of %q", w.Name, w.Idle(c.output), w.Busy(c.output), c.output)
			}
		}
	}
}

func text(t *testing.T, dir, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func differing(a, b string) (n int) {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			n++
		}
	}
	return n + max(len(x), len(y)) - min(len(x), len(y))
}
