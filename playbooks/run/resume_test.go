package run

import (
	"context"
	"slices"
	"strings"
	"testing"

	"odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/playbooks/journal"
	"odooctl/remote"
	"odooctl/tasks"
)

const oneDeployment = `
hosts: {db1: {}, app1: {}}
deployments:
  one: {odoo: {hosts: [app1], version: "14.0"}, postgresql: {host: db1, role: {name: one, password: correct-horse}}}
`

// goOn resumes the run that an operator who names none gets.
func (d *desk) goOn(inv *inventory.Inventory, book *playbooks.Playbook) (*journal.Resumption, *Report) {
	d.t.Helper()
	of, _ := journal.Unfinished(d.history())
	if of == nil {
		d.t.Fatal("there is no run to resume")
	}
	left, err := journal.Resume(of, inv.Digest, book.Digest)
	if err != nil {
		d.t.Fatal(err)
	}
	d.options = func(o *Options) { o.Limit, o.Resumes = left.Limit(), left.Of }
	d.order, d.asked = nil, nil
	report, err := d.apply(d.t.Context(), inv, book)
	if err != nil {
		d.t.Fatal(err)
	}
	d.options = nil
	return left, report
}

func TestResumeLeavesAloneWhatIsDone(t *testing.T) {
	t.Parallel()
	inv, book := parsed(t, twoDeployments), played(t, dbThenApp)
	d := newDesk(t, "db1", "app1", "db2", "app2")
	d.away["db2"] = true
	d.meddle = refuses("app1")
	if _, err := d.apply(t.Context(), inv, book); err != nil {
		t.Fatal(err)
	}
	first := d.find(journal.Last)

	d.away["db2"], d.meddle = false, nil
	left, report := d.goOn(inv, book)
	if left.Of != first.ID || strings.Join(left.Done, " ") != "db1" || left.Limit() != "app1,db2,app2" ||
		left.Unknown != nil {
		t.Errorf("left to do: %+v", left)
	}
	if got, want := states(report), "app1 changed, db2 changed, app2 changed"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if strings.Contains(strings.Join(d.asked, " "), "db1") {
		t.Errorf("db1 was asked: %v", d.asked)
	}
	if b := d.find(journal.Last).Begin; b.Verb != journal.VerbResume || b.Of != first.ID {
		t.Errorf("the journal says %s of %q", b.Verb, b.Of)
	}
	if r, _ := journal.Unfinished(d.history()); r != nil {
		t.Errorf("run %s is still to be resumed", r.ID)
	}
}

// TestResumeAfterACrash cuts the journal after each of its lines. Whatever is
// left, a resume brings every host to its end.
func TestResumeAfterACrash(t *testing.T) {
	t.Parallel()
	inv, book := parsed(t, oneDeployment), played(t, dbThenApp)
	for lines := 1; ; lines++ {
		d := newDesk(t, "db1", "app1")
		if _, err := d.apply(t.Context(), inv, book); err != nil {
			t.Fatal(err)
		}
		if whole := strings.Count(d.journal(journal.Last), "\n"); lines == whole {
			if whole != 10 {
				t.Errorf("the journal has %d lines, want 10", whole)
			}
			return
		}
		d.cut(journal.Last, lines)
		r := d.find(journal.Last)
		if _, ended := r.Exit(); ended {
			t.Fatalf("cut after line %d: the run ended", lines)
		}
		if !slices.ContainsFunc(r.Progress(), func(p journal.Progress) bool { return !p.Done() }) {
			if r, _ := journal.Unfinished(d.history()); r != nil {
				t.Errorf("cut after line %d: nothing is left to do, and it is to be resumed", lines)
			}
			continue
		}
		left, err := journal.Resume(r, inv.Digest, book.Digest)
		if err != nil || !slices.Equal(left.Unknown, open(r)) {
			t.Errorf("cut after line %d: %+v, %v; want unknown %v", lines, left, err, open(r))
		}
		if _, report := d.goOn(inv, book); report.Exit() != 0 {
			t.Errorf("cut after line %d: exit %d: %s", lines, report.Exit(), states(report))
		}
		if d.text("app1", "/etc/app.conf") == "" {
			t.Errorf("cut after line %d: app1 has no file", lines)
		}
	}
}

// open lists the hosts with a transaction that was begun and whose end the journal
// does not have. Two hosts write at the same time: a host's transaction may begin
// before the line that ends the other.
func open(r *journal.Record) (hosts []string) {
	for _, e := range r.Entries {
		switch e.Type {
		case journal.TransactionBegun:
			hosts = append(hosts, e.Host)
		case journal.TransactionEnded:
			hosts = slices.DeleteFunc(hosts, func(h string) bool { return h == e.Host })
		}
	}
	return hosts
}

// TestConnectionLost: a host that did not answer is not said to be untouched.
func TestConnectionLost(t *testing.T) {
	t.Parallel()
	inv, book := parsed(t, oneDeployment), played(t, dbThenApp)
	d := newDesk(t, "db1", "app1")
	d.meddle = func(_ context.Context, host string) (remote.Result, error, bool) {
		return remote.Result{}, &remote.Error{Host: host, Kind: remote.Lost, Tried: "run a script"}, true
	}
	report, err := d.apply(t.Context(), inv, book)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := states(report), "db1 unknown, app1 skipped"; got != want || report.Exit() != 2 {
		t.Errorf("exit %d: %s, want %s", report.Exit(), got, want)
	}
	d.meddle = nil
	left, report := d.goOn(inv, book)
	if strings.Join(left.Unknown, " ") != "db1" || states(report) != "db1 changed, app1 changed" {
		t.Errorf("%+v: %s", left, states(report))
	}
}

func TestResumeRefuses(t *testing.T) {
	t.Parallel()
	inv, book := parsed(t, oneDeployment), played(t, dbThenApp)
	d := newDesk(t, "db1", "app1")
	d.meddle = refuses("app1")
	if _, err := d.apply(t.Context(), inv, book); err != nil {
		t.Fatal(err)
	}
	failed := d.find(journal.Last)
	d.meddle = nil
	d.rollback(inv, journal.Last)
	running := *failed
	running.Running = true
	for _, c := range []struct {
		name string
		r    *journal.Record
		inv  *inventory.Inventory
		book *playbooks.Playbook
		want string
	}{
		{"another inventory", failed, parsed(t, oneDeployment+"# edited\n"), book,
			"/srv/inventory.yaml has changed since run " + failed.ID},
		{"another playbook", failed, inv, played(t, dbThenApp+"# edited\n"),
			"playbook test has changed since run " + failed.ID},
		{"still running", &running, inv, book, "still at work, started by me@here"},
		{"a rollback", d.find(journal.Last), inv, book, "odooctl rollback " + failed.ID},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := journal.Resume(c.r, c.inv.Digest, c.book.Digest); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %s", err, c.want)
			}
		})
	}
}

func TestUnfinished(t *testing.T) {
	t.Parallel()
	inv, book := parsed(t, oneDeployment), played(t, dbThenApp)
	d := newDesk(t, "db1", "app1")
	d.meddle = refuses("app1")
	if _, err := d.apply(t.Context(), inv, book); err != nil {
		t.Fatal(err)
	}
	if r, _ := journal.Unfinished(d.history()); r == nil || r.ID != d.find(journal.Last).ID {
		t.Errorf("the failed run is not to be resumed: %v", r)
	}
	d.meddle = nil
	if _, err := d.apply(t.Context(), inv, book); err != nil {
		t.Fatal(err)
	}
	if r, _ := journal.Unfinished(d.history()); r != nil {
		t.Errorf("run %s is to be resumed, though a later apply did it all", r.ID)
	}
}

func TestFindRun(t *testing.T) {
	t.Parallel()
	inv, book := parsed(t, oneDeployment), played(t, dbThenApp)
	d := newDesk(t, "db1", "app1")
	if _, err := journal.Find(d.runs, journal.Last); err == nil || !strings.Contains(err.Error(), "no run yet") {
		t.Errorf("without a folder: %v", err)
	}
	for range 2 {
		if _, err := d.apply(t.Context(), inv, book); err != nil {
			t.Fatal(err)
		}
	}
	list := d.history()
	if len(list) != 2 || list[0].ID <= list[1].ID || d.find(journal.Last).ID != list[0].ID ||
		d.find(list[1].ID[:15]).ID != list[1].ID {
		t.Errorf("%v", list)
	}
	for name, want := range map[string]string{"2026": "may be one of 2 runs", "1999": "there is no run 1999"} {
		if _, err := journal.Find(d.runs, name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
}

// TestInterrupted: the transaction in flight comes to its end, and nothing is
// begun after it.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	inv, book := parsed(t, oneDeployment), played(t, dbThenApp)
	d := newDesk(t, "db1", "app1")
	ctx, interrupt := context.WithCancel(t.Context())
	d.meddle = func(running context.Context, _ string) (res remote.Result, err error, instead bool) {
		interrupt()
		return res, running.Err(), running.Err() != nil
	}
	report, err := d.apply(ctx, inv, book)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := states(report), "db1 changed, app1 skipped"; got != want || report.Exit() != 130 {
		t.Errorf("exit %d: %s, want %s", report.Exit(), got, want)
	}
	if code, ok := d.find(journal.Last).Exit(); !ok || code != 130 {
		t.Errorf("the journal has exit %d, %v", code, ok)
	}
	d.meddle = nil
	if left, report := d.goOn(inv, book); strings.Join(left.Done, " ") != "db1" || report.Exit() != 0 {
		t.Errorf("%+v: %s", left, states(report))
	}
}

// TestAborted: the host is told to stop, and its answer counts where one came.
func TestAborted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		code tasks.ExitCode
		want string
	}{
		{"put back in time", tasks.ExitPutBack, "db1 put back, app1 skipped"},
		{"killed before it began", 143, "db1 unknown, app1 skipped"},
		{"not heard any more", 0, "db1 unknown, app1 skipped"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, "db1", "app1")
			abort := make(chan struct{})
			d.options = func(o *Options) { o.Abort = abort }
			ctx, interrupt := context.WithCancel(t.Context())
			d.meddle = func(running context.Context, host string) (remote.Result, error, bool) {
				interrupt()
				close(abort)
				<-running.Done()
				return remote.Result{Code: int(c.code)}, &remote.Error{Host: host, Kind: remote.Canceled, Tried: "run a script",
					Got: "interrupted"}, true
			}
			report, err := d.apply(ctx, parsed(t, oneDeployment), played(t, dbThenApp))
			if err != nil {
				t.Fatal(err)
			}
			if states(report) != c.want || report.Exit() != 130 {
				t.Errorf("exit %d: %s, want %s", report.Exit(), states(report), c.want)
			}
		})
	}
}
