package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"odooctl/playbooks/planfile"
	"odooctl/playbooks/run"
	"odooctl/tasks"
	"odooctl/tasks/nginx/site"
)

// planFile reads the plan that apply was given; nil if the file is not a plan file, but an
// inventory.
func planFile(name string) (*planfile.File, error) {
	p, err := planfile.Read(name)
	if errors.Is(err, planfile.ErrNone) || errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return p, err
}

// noneSet refuses flags that say what the plan file already says.
func noneSet(c *cobra.Command, names ...string) error {
	for _, name := range names {
		if c.Flags().Changed(name) {
			return fmt.Errorf("--%s: the plan file says which hosts get what; make another plan with it", name)
		}
	}
	return nil
}

// runPlanned applies a plan file: what was planned, or nothing. It only asks where
// ODOOCTL_ASK says so: the plan was approved when it was made.
func runPlanned(ctx context.Context, u *ui, name string, p *planfile.File, o applyOptions) error {
	asks, err := u.asks("the plan was approved when it was made")
	if err != nil {
		return err
	}
	u.streams(o.output)
	inv, err := u.load(p.Inventory.Path)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	o.allowRestart, o.updates = p.AllowRestart, p.Updates
	o.limit, o.tags, o.playbook = p.Limit, p.Tags, cmp.Or(p.Playbook.Path, p.Playbook.Given)
	book, err := o.book()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := p.Check(inv.Digest, book.Digest); err != nil {
		fmt.Fprintf(u.err, "odooctl: stale: %v\n", err)
		return codeError(exitStale)
	}
	o.plansOnly, o.noted = true, true
	o.note = site.Note{Who: p.By, Run: p.Run, Since: p.Made}
	run, err := u.readHosts(ctx, inv, book, o.hostOptions)
	if err != nil {
		return err
	}
	defer run.Close()
	run.Expect(p, program())
	hosts, changes := p.Count()
	u.showing(o.output).printf("%s: planned by %s on %s: %s on %d of %s\n", name, p.By,
		p.Made.Format(time.DateTime+" UTC"), tasks.Plural(changes, "change"), hosts, tasks.Plural(len(p.Hosts), "host"))
	if changes > 0 && asks {
		if err := u.agreed(ctx, "Apply "+name+"?"); err != nil {
			return err
		}
	}
	return u.apply(ctx, run, o)
}

// writePlan keeps the plan of a run, and returns it.
func (u *ui) writePlan(run *run.Run, name string) (*planfile.File, error) {
	by, _, _ := strings.Cut(u.who(), " ")
	p, err := run.PlanFile(program(), by)
	if err != nil {
		return nil, err
	}
	return p, p.Write(name)
}
