package report

import (
	"cmp"
	"errors"
	"math"

	"odooctl/playbooks/journal"
	"odooctl/playbooks/planfile"
	"odooctl/playbooks/run"
	"odooctl/remote"
	"odooctl/tasks"
)

// NewPlanDocument returns what a run would change. File is the plan file that is written
// with it, for the digests; nil if none is written.
func NewPlanDocument(r *run.Run, file *planfile.File) *PlanDocument {
	given := r.Given()
	d := &PlanDocument{
		Version: documentVersion, Run: r.ID, Inventory: given.Inventory, Playbook: given.Playbook,
		Limit: given.Limit, Tags: given.Tags, NoOp: true,
	}
	plans := map[string]*tasks.Plan{}
	for _, p := range r.Plans() {
		plans[p.Host] = p
	}
	d.Hosts = convert(r.Report().Outcomes, func(o run.Outcome) PlanOfHost {
		h := PlanOfHost{Host: o.Host, State: o.State, Error: documentError(o), Reversible: true}
		p := cmp.Or(plans[o.Host], &tasks.Plan{})
		h.plan(p)
		d.Totals.add(h)
		d.NoOp = d.NoOp && !o.Bad() && p.Empty()
		if file != nil {
			h.Digest = file.Host(o.Host).Digest
		}
		return h
	})
	d.Interruptions = convert(r.Interruptions(), func(i run.Interruption) InterruptionOf {
		return InterruptionOf{i.Deployment, i.Notice, i.Hosts, math.Round(i.Lasted.Seconds()), i.Run, i.Spare, i.NoSpare}
	})
	d.Rolling = convert(r.Budgets(), budgetOf)
	return d
}

func budgetOf(b run.Budget) BudgetOf {
	b.Failed = append([]string{}, b.Failed...)
	return BudgetOf(b)
}

// plan fills in what the plan of the host does.
func (h *PlanOfHost) plan(p *tasks.Plan) {
	h.Changes = convert(p.Changes, changeOf)
	h.Commands = convert(p.Commands, func(c tasks.Command) CommandOf { return CommandOf{c.Title} })
	h.Checks = convert(p.Checks, func(c tasks.Check) CheckOf { return CheckOf{c.Unit, c.Title} })
	h.Actions = convert(p.Actions, func(a tasks.Action) ActionOf {
		return ActionOf{a.Unit, a.Verb, append([]string{}, a.Why...)}
	})
	if p.Reboot != nil {
		h.Actions = append(h.Actions, ActionOf{"the host", "reboot", []string{p.Reboot.Why}})
	}
	h.Waits = convert(p.Waits, func(w tasks.Wait) WaitOf { return WaitOf(w) })
	h.Warnings = append([]string{}, p.Warnings...)
	h.Unknown = append([]string{}, p.Unknown...)
	h.Reversible = p.Reversible()
}

func changeOf(c tasks.Change) ChangeOf {
	kind, name := c.Thing()
	before, after := c.Attributes()
	return ChangeOf{
		Kind: kind, Name: name,
		Action:  map[byte]string{'+': "create", '~': "update", '-': "delete"}[c.Sign()],
		Summary: c.Summary(), Diff: c.Diff(),
		Before: (*AttributesOf)(before), After: (*AttributesOf)(after),
	}
}

func (t *PlanTotals) add(h PlanOfHost) {
	t.Hosts++
	if h.Error != nil {
		t.Failed++
	}
	if len(h.Changes)+len(h.Commands)+len(h.Actions) > 0 {
		t.Changing++
	}
	for _, c := range h.Changes {
		switch c.Action {
		case "create":
			t.Create++
		case "update":
			t.Update++
		case "delete":
			t.Delete++
		}
	}
	t.Commands += len(h.Commands)
	t.Actions += len(h.Actions)
}

// NewReportDocument returns what became of the hosts of a run.
func NewReportDocument(r *run.Report) *ReportDocument {
	return &ReportDocument{
		Version: documentVersion, Run: r.Run, Exit: r.Exit(), Rolling: convert(r.Budgets, budgetOf),
		Totals: ReportTotals{Hosts: len(r.Outcomes), Changes: r.Changes(), Failed: len(r.Failed())},
		Hosts: convert(r.Outcomes, func(o run.Outcome) ReportOfHost {
			return ReportOfHost{
				Host: o.Host, State: o.State, Changes: o.Changes, Seconds: math.Round(o.Took.Seconds()*1000) / 1000,
				Kept: append([]string{}, o.Kept...), Error: documentError(o),
			}
		}),
	}
}

// documentError returns why not all was done on a host; nil if it was.
func documentError(o run.Outcome) *DocumentError {
	if !o.Bad() {
		return nil
	}
	e := &DocumentError{Kind: string(o.State)}
	if o.Err != nil {
		e.Message = o.Err.Error()
	}
	var task *tasks.TaskError
	if kind := remote.KindOf(o.Err); kind != "" {
		e.Kind = string(kind)
	} else if o.State == journal.Failed && errors.As(o.Err, &task) {
		e.Kind = "task"
	}
	return e
}

// convert turns every element of a list into another. The list is never nil, which
// JSON would show as null.
func convert[A, B any](list []A, become func(A) B) []B {
	out := make([]B, 0, len(list))
	for _, a := range list {
		out = append(out, become(a))
	}
	return out
}
