package tasktest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/diff"

	"odooctl/inventory"
	"odooctl/tasks"
)

// runner plans and applies one test, and asserts what is true of every plan.
type runner struct {
	t      *testing.T
	e      *example
	stages Stages
}

// planned is the result of planning.
type planned struct {
	fleet  *tasks.Fleet
	stages []tasks.Stage
	inv    *inventory.Inventory
	rounds []string // the questions of each round
	plans  []*tasks.Plan
	errs   string
}

// run returns the text of every wanted section.
func (r *runner) run() map[string]string {
	inv := r.load(r.e.inventory)
	before := inv
	if r.e.earlier != "" {
		before = r.load(r.e.earlier)
	}
	world, err := r.e.hosts(inv, before)
	if err != nil {
		r.t.Fatal(err)
	}
	if r.e.earlier != "" || r.e.edited {
		r.converge(world, before)
	}
	for _, h := range world.list {
		h.now, h.pending, h.unreachable = r.e.now, h.later.pending, h.later.unreachable
	}
	if err := r.e.edit(world); err != nil {
		r.t.Fatal(err)
	}
	p := r.plan(world, inv)
	if len(p.rounds) != r.e.rounds {
		r.t.Errorf("%d rounds of reading, want %d; what was asked:\n%s",
			len(p.rounds), r.e.rounds, strings.Join(p.rounds, "\n"))
	}
	got := map[string]string{"plan": text(p.plans), "error": p.errs, "warnings": warnings(p.plans)}
	r.same(world, p)
	r.keepsSecrets(p)
	r.parses(p)
	for pass := 0; ; pass++ {
		if pass == 1 {
			got["plan 2"] = text(p.plans)
		}
		r.undoes(world, p)
		r.apply(world, p)
		if !unknown(p) || pass == 2 {
			break
		}
		p = r.plan(world, inv)
	}
	if again := r.plan(world, inv); !empty(again.plans) || again.errs != p.errs {
		r.t.Errorf("there is still something to do after applying:\n%s%s", text(again.plans), again.errs)
	}
	return got
}

func (r *runner) load(text string) *inventory.Inventory {
	r.t.Helper()
	inv, err := r.e.load(text)
	if err != nil {
		r.t.Fatal(err)
	}
	return inv
}

// plan reads the hosts until no task asks any more.
func (r *runner) plan(world *Hosts, inv *inventory.Inventory) *planned {
	r.t.Helper()
	stages, err := r.stages(inv, r.e.limit)
	if err != nil {
		r.t.Fatal(err)
	}
	p := &planned{fleet: tasks.NewFleet(inv, now(world)), stages: stages, inv: inv}
	p.fleet.Salt = []byte("salt of the tests")
	world.read(p.fleet, stages, func(round int, picture *tasks.Picture, said Reading) {
		if round == len(p.rounds) {
			p.rounds = append(p.rounds, "")
		}
		p.rounds[round] += fmt.Sprintf("  %s: %v\n", picture.Name, picture.Questions())
		r.posix("what "+picture.Name+" is asked", said.Script)
		if round > 8 {
			r.t.Fatalf("the tasks never stop asking:\n%s", strings.Join(p.rounds, "\n"))
		}
	})
	p.collect(0, len(stages)-1)
	return p
}

func now(world *Hosts) time.Time { return world.list[0].now }

// collect takes the plans of a range of stages from the pictures.
func (p *planned) collect(first, last int) {
	p.plans, p.errs = nil, ""
	for _, ih := range p.inv.Hosts {
		h := p.fleet.Host(ih.Name)
		concerned := slices.ContainsFunc(p.stages, func(s tasks.Stage) bool { return slices.Contains(s.Hosts, ih) })
		switch {
		case h.Err() != nil:
			p.errs += h.Err().Error() + "\n"
		case concerned:
			p.plans = append(p.plans, h.Plan(first, last))
		}
	}
}

func text(plans []*tasks.Plan) string {
	var b strings.Builder
	tasks.WritePlans(&b, plans, tasks.Style{Diffs: true, Full: true})
	return b.String()
}

func warnings(plans []*tasks.Plan) (text string) {
	for _, p := range plans {
		for _, w := range p.Warnings {
			text += p.Host + ": " + w + "\n"
		}
	}
	return text
}

func empty(plans []*tasks.Plan) bool {
	return !slices.ContainsFunc(plans, func(p *tasks.Plan) bool { return !p.Empty() })
}

func unknown(p *planned) bool {
	return slices.ContainsFunc(p.plans, func(p *tasks.Plan) bool { return len(p.Unknown) > 0 })
}

// differ fails the test if two texts differ.
func (r *runner) differ(what, want, got string) {
	r.t.Helper()
	if want != got {
		r.t.Errorf("%s:\n%s", what, diff.Diff("want", []byte(want), "got", []byte(got)))
	}
}
