package run

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"odooctl/playbooks/journal"
	"odooctl/remote"
)

var update = flag.Bool("update", false, "write the golden files")

// byHost puts the lines of a journal into an order that does not depend on which
// host was quicker, and blanks what depends on who runs the tests.
func byHost(t *testing.T, text string) string {
	t.Helper()
	entries, err := journal.Parse("journal", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	slices.SortStableFunc(entries[:len(entries)-1], func(a, b journal.Entry) int {
		return strings.Compare(a.Host, b.Host)
	})
	var b strings.Builder
	for i, e := range entries {
		if (e.Type == journal.HostPlanned) != (len(e.Digest) == 64) {
			t.Errorf("%s: digest %q", e.Type, e.Digest)
		}
		e.Digest, e.Time, e.Took, e.Steps = "", time.Unix(int64(i), 0).UTC(), 0, nil
		line, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s\n", line)
	}
	return b.String()
}

// TestJournal: of two deployments, one host is away and one puts its change back.
func TestJournal(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "db1", "app1", "db2", "app2")
	d.away["db2"] = true
	d.meddle = refuses("app1")
	report, err := d.apply(t.Context(), parsed(t, twoDeployments), played(t, dbThenApp))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := states(report), "db1 changed, app1 put back, db2 unreachable, app2 skipped"; got != want ||
		report.Exit() != 5 {
		t.Errorf("exit %d, %s; want %s", report.Exit(), got, want)
	}
	got := byHost(t, d.journal(journal.Last))
	golden := filepath.Join("testdata", "journal.jsonl")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the journal is\n%s\nwant\n%s", got, want)
	}
	for _, secret := range []string{"correct-horse", "battery-staple"} {
		if strings.Contains(d.journal(journal.Last), secret) {
			t.Errorf("the journal gives %s away", secret)
		}
	}
}

// TestEveryPrefix: wherever a crash cuts a journal, all whole lines are read.
func TestEveryPrefix(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "db1", "app1")
	if _, err := d.apply(t.Context(), parsed(t, oneDeployment), played(t, dbThenApp)); err != nil {
		t.Fatal(err)
	}
	text := d.journal(journal.Last)
	for i := range text {
		list, err := journal.Parse("j", []byte(text[:i]))
		if err != nil || len(list) != strings.Count(text[:i], "\n") {
			t.Fatalf("cut after %d bytes: %d entries, %v", i, len(list), err)
		}
	}
}

func TestJournalIsPrivate(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "db1", "app1", "db2", "app2")
	if _, err := d.apply(t.Context(), parsed(t, twoDeployments), played(t, dbThenApp)); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]os.FileMode{d.runs: 0o700, filepath.Join(d.runs,
		d.find(journal.Last).ID+".jsonl"): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v %v, want %v", path, info.Mode().Perm(), err, want)
		}
	}
}

func TestPlanWritesNoJournal(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "db1", "app1", "db2", "app2")
	r, err := Read(t.Context(), parsed(t, twoDeployments), played(t, dbThenApp), d.opts())
	if err != nil {
		t.Fatal(err)
	}
	r.Plans()
	r.Close()
	if _, err := os.Stat(d.runs); !os.IsNotExist(err) {
		t.Errorf("there is something at %s: %v", d.runs, err)
	}
}

func TestNothingBeginsWithoutAJournal(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "db1", "app1", "db2", "app2")
	if err := os.WriteFile(filepath.Dir(d.runs), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	report, err := d.apply(t.Context(), parsed(t, twoDeployments), played(t, dbThenApp))
	if err == nil || report != nil || !strings.Contains(err.Error(), "nothing was begun") {
		t.Errorf("report %v, error %v", report, err)
	}
	if d.order != nil {
		t.Errorf("transactions on %v", d.order)
	}
}

// TestFullDesk: the journal fails while db1 is at work. That transaction comes to
// its end, and none is begun after it.
func TestFullDesk(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "db1", "app1", "db2", "app2")
	r, err := Read(t.Context(), parsed(t, oneDeployment), played(t, dbThenApp), d.opts())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	d.meddle = func(context.Context, string) (res remote.Result, err error, instead bool) {
		r.journal.Close()
		return
	}
	report, err := r.Apply(t.Context())
	if err == nil || !strings.Contains(err.Error(), "write the journal") {
		t.Errorf("error %v", err)
	}
	if got, want := states(report), "db1 changed, app1 skipped"; got != want || d.text("db1", "/etc/db.conf") == "" {
		t.Errorf("%s, want %s", got, want)
	}
	if err := r.outcome("app1").Err; err == nil || !strings.Contains(err.Error(), "app1: not begun: write the journal") {
		t.Errorf("app1: %v", err)
	}
	left, err := journal.Resume(d.find(journal.Last), parsed(t, oneDeployment).Digest, played(t, dbThenApp).Digest)
	if err != nil || strings.Join(left.Hosts, " ") != "db1 app1" || strings.Join(left.Unknown, " ") != "db1" {
		t.Errorf("left to do: %+v, %v", left, err)
	}
}
