package run

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"odooctl/playbooks/journal"
	"odooctl/tasks"
)

// TestEndAfterAnEdit: a dead run whose inventory was edited since is ended: what is half done
// is put back, what was done stays, and there is nothing to resume any more.
func TestEndAfterAnEdit(t *testing.T) {
	t.Parallel()
	inv, book := parsed(t, oneDeployment), played(t, dbThenApp)
	edited := parsed(t, oneDeployment+"# edited\n")
	for _, c := range []struct{ name, says string }{
		{"half done", "db1: was half done, and is put back"},
		{"done", "db1: it was done"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "db1", "app1")
			if _, err := d.apply(t.Context(), inv, book); err != nil {
				t.Fatal(err)
			}
			begun := slices.IndexFunc(strings.Split(d.journal(journal.Last), "\n"), func(line string) bool {
				return strings.Contains(line, `"transaction_begun"`)
			})
			d.cut(journal.Last, begun+1)
			dead := d.find(journal.Last)
			done := d.text("db1", "/etc/db.conf")
			if done == "" || strings.Join(open(dead), " ") != "db1" {
				t.Fatalf("db1 has %q, and a transaction is open on %v", done, open(dead))
			}
			if c.name == "half done" {
				done = ""
				state := filepath.Join(d.root, "db1", tasks.RunFolder(dead.Progress()[0].Transactions[0].ID), "state")
				if err := os.Remove(state); err != nil {
					t.Fatal(err)
				}
			}
			var said []string
			d.options = func(o *Options) {
				o.Event = func(e Event) {
					_, what, _ := strings.Cut(e.Text, ": ")
					said = append(said, e.Host+": "+what)
				}
			}
			report, err := End(t.Context(), edited, dead, d.opts())
			if err != nil || report.Exit() != 0 {
				t.Fatalf("%v: %v", report, err)
			}
			if got := d.text("db1", "/etc/db.conf"); got != done || !strings.Contains(strings.Join(said, "\n"), c.says) {
				t.Errorf("db1 has %q, want %q; said:\n%s", got, done, strings.Join(said, "\n"))
			}
			if take, passed := journal.Unfinished(d.history()); take != nil || len(passed) > 0 {
				t.Errorf("still to resume: %v %v", take, passed)
			}
			d.cut(journal.Last, 1)
			if report, err := End(t.Context(), edited, d.find(journal.Last), d.opts()); report != nil || err != nil {
				t.Errorf("of a run that left nothing: %v, %v", report, err)
			}
		})
	}
}
