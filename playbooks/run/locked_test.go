package run

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"odooctl/playbooks/journal"
)

// dyingShell is a shell on a host that holds the lock of a run, as that of a controller that
// was killed does while it puts back, for some time.
func (d *desk) dyingShell(host, run, more string, seconds string) {
	d.t.Helper()
	state := filepath.Join(d.root, host, "var/lib/odooctl")
	if err := os.MkdirAll(state, 0o700); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(state, "holder"), []byte("me@here, run "+run+"\n"+more), 0o600); err != nil {
		d.t.Fatal(err)
	}
	cmd := exec.Command("sh", "-c", `exec 9>>"$1/lock"; flock 9; echo; exec sleep "$2"`, "sh", state, seconds)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		d.t.Fatal(err)
	}
	out.Read(make([]byte, 1))
	d.t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
}

// TestLockedByTheDead: a host that a dead run has locked is waited for while its shell ends,
// whoever notices that it is dead: the host, or this machine by its journal. One whose run
// lives is not.
func TestLockedByTheDead(t *testing.T) {
	t.Parallel()
	const elsewhere = "20261122T170000-abcd" // this machine has no journal of it
	for _, c := range []struct {
		name     string
		cutShort bool // the run is from this machine, and was killed
		more     string
		want     string
	}{
		{name: "the journal knows", cutShort: true, want: "db1 changed, app1 changed"},
		{name: "the host knows", more: "it was cut short, and puts back what it had begun\n",
			want: "db1 changed, app1 changed"},
		{name: "it lives", want: "db1 locked, app1 skipped"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			inv, book := parsed(t, oneDeployment), played(t, dbThenApp)
			d := newDesk(t, "db1", "app1")
			id := elsewhere
			if c.cutShort {
				d.meddle = refuses("db1")
				if _, err := d.apply(t.Context(), inv, book); err != nil {
					t.Fatal(err)
				}
				d.meddle = nil
				d.cut(journal.Last, 4)
				id = d.find(journal.Last).ID
			}
			r, err := Read(t.Context(), inv, book, d.opts())
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			d.dyingShell("db1", id, c.more, "3")
			began := time.Now()
			report, err := r.Apply(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got := states(report); got != c.want {
				t.Errorf("%s after %s, want %s", got, time.Since(began), c.want)
			}
		})
	}
	t.Run("and does not end", func(t *testing.T) {
		e := &ApplyError{Host: "app1", State: journal.Locked, Output: "me@here, run " + elsewhere, Dead: elsewhere}
		if text := e.Error(); !strings.HasSuffix(text, "that run ended without a word: odooctl resume "+elsewhere) {
			t.Errorf("says %s", text)
		}
	})
}
