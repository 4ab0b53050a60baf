package main

import (
	"cmp"
	"fmt"
	"os/user"
	"path/filepath"
	"strings"
	"text/tabwriter"
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
	w := tabwriter.NewWriter(u.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "RUN\tBEGAN\tWHAT\tINVENTORY\tPLAYBOOK\tHOSTS\tCHANGED\tFAILED\tRESULT")
	for _, s := range list {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\t%d\t%d\t%s\n", s.Run, s.Began.Local().Format(time.DateTime),
			s.Verb, s.Inventory, filepath.Base(s.Playbook), s.Hosts, s.Changed, s.Failed, s.Result)
	}
	return w.Flush()
}

func (u *ui) showRun(name string, form output) error {
	r, err := journal.Find(u.runs(), name)
	if err != nil {
		return err
	}
	if form.json() {
		return u.printJSON(r.Entries)
	}
	b := r.Begin
	u.printf("run %s: %s", r.ID, b.Verb)
	if b.Of != "" {
		u.printf(" of %s", b.Of)
	}
	u.printf(", %s\n", report.NewHistoryDocument([]*journal.Record{r})[0].Result)
	for _, line := range []struct{ name, value string }{
		{"inventory", b.Inventory}, {"playbook", b.Playbook}, {"limit", b.Limit}, {"tags", b.Tags}, {"by", b.Who},
		{"odooctl", b.Version},
	} {
		if line.value != "" {
			u.printf("  %-10s %s\n", line.name, line.value)
		}
	}
	w := tabwriter.NewWriter(u.out, 0, 0, 2, ' ', 0)
	for _, e := range r.Entries {
		what := tasks.Printable(strings.ReplaceAll(view.Words(e), "\n", "\n\t\t"))
		fmt.Fprintf(w, "%s\t%s\t%s\n", e.Time.Local().Format("15:04:05.000"), cmp.Or(e.Host, "-"), what)
		for _, s := range e.Steps {
			fmt.Fprintf(w, "\t\t  %s in %s\n", tasks.Printable(s.What), tenths(time.Duration(s.Took)*time.Millisecond))
		}
	}
	if err := w.Flush(); err != nil || !r.Rolls() {
		return err
	}
	u.printf("timeline:\n")
	showTimeline(u.out, r.Timeline())
	return nil
}

// runs is the folder of the journals, in what the XDG Base Directory Specification 0.8
// calls the state directory.
func (u *ui) runs() string {
	if dir := u.env("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "odooctl", "runs")
	}
	home := u.env("HOME")
	if me, err := user.Current(); home == "" && err == nil {
		home = me.HomeDir
	}
	return filepath.Join(home, ".local", "state", "odooctl", "runs")
}
