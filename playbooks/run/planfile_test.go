package run

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"odooctl/playbooks/planfile"
	"odooctl/tasks"
)

// twoDeployments: app1 needs db1, app2 needs db2. The password of one role stands
// in the inventory itself.
const twoDeployments = `
hosts: {db1: {}, app1: {}, db2: {}, app2: {}}
deployments:
  one: {odoo: {hosts: [app1], version: "14.0"}, postgresql: {host: db1, role: {name: one, password: correct-horse}}}
  two: {odoo: {hosts: [app2], version: "14.0"}, postgresql: {host: db2, role: {name: two, password: correct-horse}}}
`

const dbThenApp = `
- {name: db, hosts: postgresql, tasks: [test.file: {path: /etc/db.conf, text: "port = 5432\npassword = battery-staple\n"}]}
- {name: app, hosts: odoo, after: deployment, tasks: [test.file: {path: /etc/app.conf, text: "workers = 2\npassword = battery-staple\n"}]}
`

func (f *folders) plan(book string) (*planfile.File, string) {
	f.t.Helper()
	p, err := f.read(parsed(f.t, twoDeployments), played(f.t, book)).PlanFile("1.0", "me@here")
	if err != nil {
		f.t.Fatal(err)
	}
	name := filepath.Join(f.t.TempDir(), "p.plan")
	if err := p.Write(name); err != nil {
		f.t.Fatal(err)
	}
	if p, err = planfile.Read(name); err != nil {
		f.t.Fatal(err)
	}
	return p, name
}

// apply applies a plan file, and returns the states of the hosts and the messages
// of those that failed.
func (f *folders) apply(p *planfile.File, book string) (*Report, string) {
	f.t.Helper()
	r := f.read(parsed(f.t, twoDeployments), played(f.t, book))
	r.Expect(p, "1.0")
	report, err := r.Apply(f.t.Context())
	if err != nil {
		f.t.Fatal(err)
	}
	var said []string
	for _, o := range report.Outcomes {
		said = append(said, o.Host+" "+string(o.State))
		if o.Err != nil {
			said = append(said, o.Err.Error())
		}
	}
	return report, strings.Join(said, "\n")
}

func TestApplyAsPlanned(t *testing.T) {
	f := newFolders(t, "db1", "app1", "db2", "app2")
	p, _ := f.plan(dbThenApp)
	if hosts, changes := p.Count(); hosts != 4 || changes != 4 {
		t.Errorf("%d changes on %d hosts, want 4 on 4", changes, hosts)
	}
	report, said := f.apply(p, dbThenApp)
	if report.Exit() != 0 || report.Changes() != 4 || f.text("app2", "/etc/app.conf") == "" {
		t.Errorf("exit %d: %s", report.Exit(), said)
	}
	again, _ := f.plan(dbThenApp)
	if report, said := f.apply(again, dbThenApp); report.Exit() != 0 || report.Changes() != 0 {
		t.Errorf("a plan without changes: exit %d: %s", report.Exit(), said)
	}
}

// TestMoved: the host that moved is not touched, nor the one that needs it; the
// others are done.
func TestMoved(t *testing.T) {
	f := newFolders(t, "db1", "app1", "db2", "app2")
	p, _ := f.plan(dbThenApp)
	f.write("db1", "/etc/db.conf", "port = 5433\n")
	report, said := f.apply(p, dbThenApp)
	if report.Exit() != 3 {
		t.Errorf("exit %d, want 3", report.Exit())
	}
	for _, want := range []string{
		"db1 stale\ndb1: moved since it was planned: file /etc/db.conf is different; nothing was touched there; plan again",
		"app1 skipped", "it needs db1", "db2 changed", "app2 changed",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is missing in:\n%s", want, said)
		}
	}
	if f.text("db1", "/etc/db.conf") != "port = 5433\n" || f.text("app1", "/etc/app.conf") != "" {
		t.Error("a host that moved was touched, or one that needs it")
	}
	if moved := new(planfile.MovedError); !errors.As(report.Outcomes[0].Err, &moved) ||
		!errors.Is(moved, planfile.ErrMoved) {
		t.Errorf("%T", report.Outcomes[0].Err)
	}
}

// TestMovedAndWaited: where a play waits for all hosts, one that moved keeps no other
// host waiting.
func TestMovedAndWaited(t *testing.T) {
	book := strings.Replace(dbThenApp, "after: deployment, ", "", 1)
	f := newFolders(t, "db1", "app1", "db2", "app2")
	p, _ := f.plan(book)
	f.write("db1", "/etc/db.conf", "port = 5433\n")
	if report, said := f.apply(p, book); report.Exit() != 3 || !strings.Contains(said, "app2 changed") {
		t.Errorf("exit %d: %s", report.Exit(), said)
	}
}

// TestMovedSecret: a secret that changed shows, though no line of the plan tells.
func TestMovedSecret(t *testing.T) {
	f := newFolders(t, "db1", "app1", "db2", "app2")
	p, _ := f.plan(dbThenApp)
	_, said := f.apply(p, strings.ReplaceAll(dbThenApp, "battery-staple", "battery-stapler"))
	if n := strings.Count(said, "a secret among them"); n != 4 {
		t.Errorf("%d hosts, want 4:\n%s", n, said)
	}
}

// TestReach: who could not be reached when it was planned, and who cannot be now.
func TestReach(t *testing.T) {
	f := newFolders(t, "db1", "app1", "db2", "app2")
	f.away["db1"] = true
	p, _ := f.plan(dbThenApp)
	f.away["db1"], f.away["db2"] = false, true
	_, said := f.apply(p, dbThenApp)
	for _, want := range []string{"db1 stale\ndb1: moved since it was planned: it was unreachable then;", "app1 skipped",
		"db2 unreachable", "app2 skipped"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is missing in:\n%s", want, said)
		}
	}
}

func TestCheckInputs(t *testing.T) {
	f := newFolders(t, "db1", "app1", "db2", "app2")
	p, _ := f.plan(dbThenApp)
	inv, book := parsed(t, twoDeployments), played(t, dbThenApp)
	if err := p.Check(inv.Digest, book.Digest); err != nil {
		t.Error(err)
	}
	if err := p.Check(parsed(t, twoDeployments+"# edited\n").Digest, book.Digest); !errors.Is(err, planfile.ErrMoved) ||
		!strings.Contains(err.Error(), "/srv/inventory.yaml: the inventory moved since it was planned on 2026-11-22 "+
			"18:00:00 UTC") {
		t.Error(err)
	}
	if err := p.Check(inv.Digest, played(t, dbThenApp+"# edited\n").Digest); !errors.Is(err, planfile.ErrMoved) ||
		!strings.Contains(err.Error(), "playbook") {
		t.Error(err)
	}
}

// TestPlanFileHoldsNoSecret looks for the secrets, and for whatever a guess could
// be tried on quickly: their digests, those of the files that hold them, and the
// digests that the program itself uses elsewhere.
func TestPlanFileHoldsNoSecret(t *testing.T) {
	f := newFolders(t, "db1", "app1", "db2", "app2")
	f.write("db1", "/etc/db.conf", "port = 1\npassword = old-password\n")
	inv, book := parsed(t, twoDeployments), played(t, dbThenApp)
	run := f.read(inv, book)
	p, name := f.plan(dbThenApp)
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	covered := []string{"correct-horse", "battery-staple", "old-password", twoDeployments, dbThenApp,
		"port = 5432\npassword = battery-staple\n", "workers = 2\npassword = battery-staple\n", "port = 1\n" +
			"password = old-password\n"}
	var sums []string
	for _, pl := range run.Plans() {
		text, payload := pl.Pack(tasks.Run{})
		var data strings.Builder
		if _, err := payload.WriteTo(&data); err != nil {
			t.Fatal(err)
		}
		covered = append(covered, text+data.String(), pl.Digest())
		sums = append(sums, pl.Digest())
	}
	sums = append(sums, inv.Digest, book.Digest)
	for _, c := range covered {
		for _, key := range [][]byte{nil, p.Salt, []byte("odooctl"), []byte(p.Run), []byte(p.Hosts[0].Host)} {
			mac := hmac.New(sha256.New, key)
			mac.Write([]byte(c))
			sums = append(sums, hex.EncodeToString(mac.Sum(nil)))
		}
		plain := sha256.Sum256([]byte(c))
		salted := sha256.Sum256(append(slices.Clone(p.Salt), c...))
		sums = append(sums, hex.EncodeToString(plain[:]), base64.StdEncoding.EncodeToString(plain[:]),
			hex.EncodeToString(salted[:]))
		if strings.Contains(string(data), c) || strings.Contains(string(data), base64.StdEncoding.EncodeToString([]byte(c))) {
			t.Errorf("the plan file holds %q", c)
		}
	}
	for _, sum := range sums {
		if strings.Contains(string(data), sum[:8]) {
			t.Errorf("the plan file holds the start of %s", sum)
		}
	}
	// A tag depends on no secret: the same plan with other ones has the same tags.
	other := f.read(inv, played(t, strings.ReplaceAll(dbThenApp, "battery-staple", "guess"))).sealed(p)
	for i, h := range p.Hosts {
		if !slices.Equal(h.Changes, other[i].Changes) || h.Digest == other[i].Digest || h.Digest == "" {
			t.Errorf("%s: %v %v", h.Host, h, other[i])
		}
	}
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}
