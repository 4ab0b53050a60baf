package main

import (
	"cmp"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"odooctl/playbooks/journal"
	"odooctl/playbooks/report"
	"odooctl/playbooks/view"
	"odooctl/tasks"
)

func newHistory(u *ui) *cobra.Command {
	var form output
	c := &cobra.Command{
		Use:   "history [RUN]",
		Short: "List the runs made from this machine, or what happened in one",
		Long: `List the runs made from this machine, newest first, or what happened in one of
them. RUN is the name of a run, the beginning of a name, or last. For a run in batches
it also shows a timeline: what each host did, and for how long. The newest 200 journals
are kept, in $XDG_STATE_HOME/odooctl/runs or ~/.local/state/odooctl/runs.

Exit status: 0 shown, 1 there is no such run, or its journal is broken.`,
		Example: `odooctl history
odooctl history last # what happened on each host`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return u.showHistory(form)
			}
			return u.showRun(args[0], form)
		},
	}
	form.flags(c)
	return c
}

func (u *ui) showHistory(form output) error {
	history, err := journal.History(u.runs())
	if err != nil {
		return err
	}
	list := report.NewHistoryDocument(history)
	for _, r := range history {
		if r.Err != nil {
			u.warnf("%v", r.Err)
		}
	}
	if form.json() {
		return u.printJSON(list)
	}
	if len(list) == 0 {
		u.printf("no runs yet\n")
		return nil
	}
	w := newTable("RUN", "BEGAN", "WHAT", "INVENTORY", "PLAYBOOK", "HOSTS", "CHANGED", "FAILED", "RESULT")
	w.tail = 3
	w.spare = []int{1, 4, 5, 6, 3, 7} // a run's name has when it began, in UTC
	for _, s := range list {
		w.row(s.Run, s.Began.Local().Format("2006-01-02 15:04"), string(s.Verb), s.Inventory, filepath.Base(s.Playbook),
			strconv.Itoa(s.Hosts), strconv.Itoa(s.Changed), strconv.Itoa(s.Failed), s.Result)
	}
	return w.write(u.out, u.width())
}

func (u *ui) showRun(name string, form output) error {
	r, err := journal.Find(u.runs(), name)
	if err != nil {
		return err
	}
	if form.json() {
		return u.printJSON(report.RunDocument(r.Entries))
	}
	b := r.Begin
	u.printf("run %s: %s", r.ID, b.Verb)
	if b.Of != "" {
		u.printf(" of %s", b.Of)
	}
	u.printf(", %s\n", report.NewHistoryDocument([]*journal.Record{r})[0].Result)
	about := newTable()
	about.wraps = true
	for _, line := range []struct{ name, value string }{
		{"inventory", b.Inventory}, {"playbook", b.Playbook}, {"limit", b.Limit}, {"tags", b.Tags}, {"by", b.Who},
		{"odooctl", b.Version},
	} {
		if line.value != "" {
			about.row("  "+line.name, line.value)
		}
	}
	if err := about.write(u.out, u.width()); err != nil {
		return err
	}
	w := newTable()
	w.wraps = true
	for _, e := range r.Entries {
		what := view.Words(e)
		for _, s := range e.Steps {
			what += "\n  " + s.What + " in " + tenths(time.Duration(s.Took)*time.Millisecond)
		}
		w.row(e.Time.Local().Format("15:04:05.000"), cmp.Or(e.Host, "-"), tasks.Printable(what))
	}
	if err := w.write(u.out, u.width()); err != nil || !r.Rolls() {
		return err
	}
	u.printf("timeline:\n")
	showTimeline(u.out, r.Timeline(), u.width())
	return nil
}

// runs is the folder of the journals, in what the XDG Base Directory Specification 0.8
// calls the state directory.
func (u *ui) runs() string {
	if dir := u.env("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "odooctl", "runs")
	}
	return filepath.Join(u.home(), ".local", "state", "odooctl", "runs")
}
