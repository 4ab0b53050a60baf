package run

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/playbooks/connect"
	"odooctl/playbooks/journal"
	"odooctl/remote"
	"odooctl/tasks"
)

// desk is an operator's machine with its journals, and hosts that are folders.
type desk struct {
	*folders
	runs    string
	options func(*Options)
	// meddle, where it is set, sees every transaction before its host does. It
	// answers for the host unless it returns false.
	meddle func(ctx context.Context, host string) (remote.Result, error, bool)

	calls atomic.Int64
	mu    sync.Mutex
	order []string // hosts in the order of their transactions
	asked []string // hosts in the order of the connections to them
}

func newDesk(t *testing.T, hosts ...string) *desk {
	t.Helper()
	return &desk{folders: newFolders(t, hosts...), runs: filepath.Join(t.TempDir(), "state", "runs")}
}

// now goes on by a second each time it is asked, so that no two runs have one
// name.
func (d *desk) now() time.Time {
	return time.Date(2026, 11, 22, 18, 0, int(d.calls.Add(1)), 0, time.UTC)
}

func (d *desk) opts() Options {
	o := Options{Who: "me@here", Version: "1.0", Runs: d.runs, Now: d.now, Rand: zeros{}, Connect: d.connect}
	if d.options != nil {
		d.options(&o)
	}
	return o
}

func (d *desk) connect(ctx context.Context, h *inventory.Host) (connect.Shell, error) {
	d.mu.Lock()
	d.asked = append(d.asked, h.Name)
	sh, err := d.folders.connect(ctx, h)
	d.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return &watched{d, h.Name, filepath.Join(d.root, h.Name), sh}, nil
}

// apply runs a playbook, and returns what became of the hosts.
func (d *desk) apply(ctx context.Context, inv *inventory.Inventory, book *playbooks.Playbook) (*Report, error) {
	d.t.Helper()
	r, err := Read(ctx, inv, book, d.opts())
	if err != nil {
		d.t.Fatal(err)
	}
	defer r.Close()
	return r.Apply(ctx)
}

// rollback undoes a run.
func (d *desk) rollback(inv *inventory.Inventory, run string) *Report {
	d.t.Helper()
	r, err := ReadRollback(d.t.Context(), inv, d.find(run), d.history(), d.opts())
	if err != nil {
		d.t.Fatal(err)
	}
	defer r.Close()
	report, err := r.Apply(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	return report
}

func (d *desk) find(run string) *journal.Record {
	d.t.Helper()
	r, err := journal.Find(d.runs, run)
	if err != nil {
		d.t.Fatal(err)
	}
	return r
}

func (d *desk) history() []*journal.Record {
	d.t.Helper()
	list, err := journal.History(d.runs)
	if err != nil {
		d.t.Fatal(err)
	}
	return list
}

// journal returns the bytes of a run's journal.
func (d *desk) journal(run string) string {
	d.t.Helper()
	data, err := os.ReadFile(filepath.Join(d.runs, d.find(run).ID+".jsonl"))
	if err != nil {
		d.t.Fatal(err)
	}
	return string(data)
}

// cut leaves only the first lines of a journal, as a crash would, and half of the
// line after them.
func (d *desk) cut(run string, lines int) {
	d.t.Helper()
	all := strings.SplitAfter(d.journal(run), "\n")
	text := strings.Join(all[:lines], "") + all[lines][:len(all[lines])/2]
	if err := os.WriteFile(filepath.Join(d.runs, d.find(run).ID+".jsonl"), []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
}

// watched is the shell of one host of a desk.
type watched struct {
	desk *desk
	host string
	root string
	connect.Shell
}

func (w *watched) Run(ctx context.Context, script string, stdin []byte) (remote.Result, error) {
	if strings.Contains(script, "\nbegin ") {
		w.desk.mu.Lock()
		w.desk.order = append(w.desk.order, w.host)
		w.desk.mu.Unlock()
		if w.desk.meddle != nil {
			if res, err, instead := w.desk.meddle(ctx, w.host); instead {
				return res, err
			}
		}
	}
	return w.Shell.Run(ctx, strings.ReplaceAll(script, "'/var/log/", "'"+w.root+"/var/log/"), stdin)
}

// zeros is a source of no randomness at all.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// refuses answers for one host as one that put everything back.
func refuses(host string) func(context.Context, string) (remote.Result, error, bool) {
	return func(_ context.Context, name string) (remote.Result, error, bool) {
		return remote.Result{Stdout: []byte("failed: check nginx -t\nput back\n"), Code: int(tasks.ExitPutBack)}, nil,
			name == host
	}
}

// states lists the hosts with what became of them.
func states(r *Report) string {
	var list []string
	for _, o := range r.Outcomes {
		list = append(list, o.Host+" "+string(o.State))
	}
	return strings.Join(list, ", ")
}
