package run

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"odooctl/playbooks/journal"
	"odooctl/remote"
	"odooctl/tasks"
)

// applied returns a desk whose last run changed a file of db1 and one of app1.
func applied(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t, "db1", "app1")
	d.write("db1", "/etc/db.conf", "port = 5433\n")
	if report, err := d.apply(t.Context(), parsed(t, oneDeployment), played(t, dbThenApp)); err != nil ||
		report.Exit() != 0 {
		t.Fatalf("%v, %v", report, err)
	}
	d.order = nil
	return d
}

func TestRollback(t *testing.T) {
	t.Parallel()
	d, inv := applied(t), parsed(t, oneDeployment)
	of := d.find(journal.Last)
	r, err := ReadRollback(t.Context(), inv, of, d.history(), d.opts())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var shown []string
	for _, u := range r.Undos() {
		shown = append(shown, u.Host+":", strings.Join(u.Does, "\n"))
		if len(u.Edited) > 0 {
			t.Errorf("%s: edited since: %q", u.Host, u.Edited)
		}
	}
	if got, want := strings.Join(shown, "\n"), `db1:
  ~ file /etc/db.conf: 0600 -> 0644
      --- /etc/db.conf
      +++ /etc/db.conf
      @@ -1,2 +1,1 @@
      -port = 5432
      -password = *** (91b2ad48)
      +port = 5433
app1:
  - file /etc/app.conf
      --- /etc/app.conf
      +++ /dev/null
      @@ -1,2 +0,0 @@
      -workers = 2
      -password = *** (91b2ad48)`; got != want {
		t.Errorf("it says that it would do\n%s\nwant\n%s", got, want)
	}
	report, err := r.Apply(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := states(report), "db1 changed, app1 changed"; got != want || report.Exit() != 0 {
		t.Errorf("exit %d: %s, want %s", report.Exit(), got, want)
	}
	if got := d.text("db1", "/etc/db.conf"); got != "port = 5433\n" {
		t.Errorf("db1 has %q", got)
	}
	if _, err := os.Stat(filepath.Join(d.root, "app1", "etc/app.conf")); !os.IsNotExist(err) {
		t.Errorf("app1 still has its file: %v", err)
	}
	if got := strings.Join(d.order, " "); got != "db1 app1" {
		t.Errorf("put back in the order %s: the database comes first", got)
	}
	b := d.find(journal.Last).Begin
	if b.Verb != journal.VerbRollback || b.Of != of.ID {
		t.Errorf("the journal says %s of %q", b.Verb, b.Of)
	}
	if again := d.rollback(inv, of.ID); len(again.Outcomes) != 0 {
		t.Errorf("what was put back is put back again: %s", states(again))
	}
	if left := d.history(); len(left) != 3 {
		t.Errorf("%d journals, want 3", len(left))
	}
}

// TestRollbackNewestFirst: a host that needed two transactions for one file ends
// with what was there before both.
func TestRollbackNewestFirst(t *testing.T) {
	t.Parallel()
	inv := parsed(t, oneDeployment)
	d := newDesk(t, "db1", "app1")
	d.write("db1", "/etc/x", "before\n")
	book := played(t, `
- {name: first, hosts: db1, tasks: [test.file: {path: /etc/x, text: one}]}
- {name: middle, hosts: app1, tasks: [test.file: {path: /etc/x, text: one}]}
- {name: last, hosts: db1, tasks: [test.file: {path: /etc/x, text: two}]}
`)
	if report, err := d.apply(t.Context(), inv, book); err != nil || states(report) != "db1 changed, app1 changed" {
		t.Fatalf("%v, %v", report, err)
	}
	if got := strings.Join(d.order, " "); got != "db1 app1 db1" || d.text("db1", "/etc/x") != "two" {
		t.Fatalf("transactions on %s, db1 has %q", got, d.text("db1", "/etc/x"))
	}
	r, err := ReadRollback(t.Context(), inv, d.find(journal.Last), d.history(), d.opts())
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	if u := r.Undos()[0]; len(u.Edited) > 0 || strings.Count(strings.Join(u.Does, "\n"), "~ file /etc/x") != 2 {
		t.Errorf("what the run itself changed twice is shown as %+v", u)
	}
	if report := d.rollback(inv, journal.Last); report.Exit() != 0 || d.text("db1", "/etc/x") != "before\n" {
		t.Errorf("exit %d: %s; db1 has %q", report.Exit(), states(report), d.text("db1", "/etc/x"))
	}
}

func TestRollbackRefusesWhatWasEdited(t *testing.T) {
	t.Parallel()
	d := applied(t)
	d.write("db1", "/etc/db.conf", "by hand\n")
	before, err := ReadRollback(t.Context(), parsed(t, oneDeployment), d.find(journal.Last), d.history(), d.opts())
	if err != nil {
		t.Fatal(err)
	}
	before.Close()
	if u := before.Undos(); len(u) != 2 || strings.Join(u[0].Edited, " ") != "/etc/db.conf" || len(u[1].Edited) > 0 {
		t.Errorf("before it asks, it does not say what was edited: %+v", u)
	}
	report := d.rollback(parsed(t, oneDeployment), journal.Last)
	if got, want := states(report), "db1 stale, app1 skipped"; got != want || report.Exit() != 3 {
		t.Errorf("exit %d: %s, want %s", report.Exit(), got, want)
	}
	if d.text("db1", "/etc/db.conf") != "by hand\n" || d.text("app1", "/etc/app.conf") == "" {
		t.Error("something was touched")
	}
	for i, want := range []string{"db1: edited since: /etc/db.conf", "app1: left as it is: it needs db1"} {
		if err := report.Outcomes[i].Err; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

func TestRollbackLimit(t *testing.T) {
	t.Parallel()
	d := applied(t)
	of := d.find(journal.Last).ID
	d.options = func(o *Options) { o.Limit = "app1" }
	if got := states(d.rollback(parsed(t, oneDeployment), of)); got != "app1 changed" {
		t.Error(got)
	}
	d.options = nil
	if got := states(d.rollback(parsed(t, oneDeployment), of)); got != "db1 changed" {
		t.Errorf("the rest: %s", got)
	}
}

func TestRollbackGone(t *testing.T) {
	t.Parallel()
	d := applied(t)
	if err := os.RemoveAll(filepath.Join(d.root, "db1", tasks.RunFolder(""))); err != nil {
		t.Fatal(err)
	}
	report := d.rollback(parsed(t, oneDeployment), journal.Last)
	if got, want := states(report), "db1 failed, app1 skipped"; got != want || report.Exit() != 2 {
		t.Errorf("exit %d: %s, want %s", report.Exit(), got, want)
	}
	if err := report.Outcomes[0].Err; err == nil || !strings.Contains(err.Error(),
		"not on this host, or older than the last five") {
		t.Errorf("error %v", err)
	}
}

// TestRollbackOfACrash: a transaction without an end is undone where the host
// has made it, and is no failure where it has not.
func TestRollbackOfACrash(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, want string }{
		{"made", "db1 changed"},
		{"never made", "db1 ok"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := applied(t)
			d.cut(journal.Last, 4)
			if c.name == "never made" {
				if err := os.RemoveAll(filepath.Join(d.root, "db1", tasks.RunFolder(""))); err != nil {
					t.Fatal(err)
				}
			}
			report := d.rollback(parsed(t, oneDeployment), journal.Last)
			if got := states(report); got != c.want || report.Exit() != 0 {
				t.Errorf("exit %d: %s, want %s", report.Exit(), got, c.want)
			}
			if back := d.text("db1", "/etc/db.conf") == "port = 5433\n"; back != (c.name == "made") {
				t.Errorf("db1 has %q", d.text("db1", "/etc/db.conf"))
			}
		})
	}
}

func TestRollbackHosts(t *testing.T) {
	t.Parallel()
	t.Run("away", func(t *testing.T) {
		d := applied(t)
		d.away["db1"] = true
		report := d.rollback(parsed(t, oneDeployment), journal.Last)
		if got, want := states(report), "db1 unreachable, app1 skipped"; got != want || report.Exit() != 4 {
			t.Errorf("exit %d: %s, want %s", report.Exit(), got, want)
		}
	})
	t.Run("locked", func(t *testing.T) {
		d := applied(t)
		d.meddle = func(_ context.Context, host string) (remote.Result, error, bool) {
			return remote.Result{Stdout: []byte("ann@desk"), Code: int(tasks.ExitLocked)}, nil, true
		}
		report := d.rollback(parsed(t, oneDeployment), journal.Last)
		if got, want := states(report), "db1 locked, app1 skipped"; got != want || report.Exit() != 75 {
			t.Errorf("exit %d: %s, want %s", report.Exit(), got, want)
		}
	})
	t.Run("no longer in the inventory", func(t *testing.T) {
		d := applied(t)
		_, err := ReadRollback(t.Context(), parsed(t, "hosts: {app1: {}}"), d.find(journal.Last), d.history(), d.opts())
		if err == nil || !strings.Contains(err.Error(), "changed db1, which is no longer in /srv/inventory.yaml") {
			t.Errorf("error %v", err)
		}
	})
}

func init() {
	tasks.Register("test.setup", "work that cannot be undone", func() tasks.Task { return testSetup{} })
}

type testSetup struct{}

func (testSetup) Plan(h *tasks.Host) error {
	h.Command(tasks.Command{Title: "set up Odoo in database one", Run: "true", Unless: "false"})
	return nil
}

func TestRollbackNamesWhatStays(t *testing.T) {
	t.Parallel()
	inv := parsed(t, oneDeployment)
	d := newDesk(t, "db1", "app1")
	if _, err := d.apply(t.Context(), inv, played(t,
		`[{name: app, hosts: app1, tasks: [test.setup, test.file: {path: /etc/x, text: x}]}]`)); err != nil {
		t.Fatal(err)
	}
	r, err := ReadRollback(t.Context(), inv, d.find(journal.Last), d.history(), d.opts())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if u := r.Undos(); len(u) != 1 || strings.Join(u[0].Commands, "; ") != "set up Odoo in database one" {
		t.Errorf("%+v", u)
	}
}
