package tasktest

import (
	"fmt"
	"regexp"
	"strings"

	"odooctl/inventory"
	"odooctl/tasks"
)

// converge brings the hosts to an inventory, stage by stage.
func (r *runner) converge(world *Hosts, inv *inventory.Inventory) {
	r.t.Helper()
	for range 3 {
		p := r.plan(world, inv)
		if p.errs != "" {
			r.t.Fatalf("bring the hosts to the inventory: %s", p.errs)
		}
		r.apply(world, p)
		if !unknown(p) {
			return
		}
	}
	r.t.Fatal("bring the hosts to the inventory: something is never known")
}

// apply makes a plan stage by stage, as hosts that wait for each other do, and
// asserts that one transaction per host comes to the same.
func (r *runner) apply(world *Hosts, p *planned) {
	r.t.Helper()
	merged := world.copy()
	for i := range p.stages {
		p.collect(i, i)
		for _, plan := range p.plans {
			r.must(world.apply(plan))
		}
	}
	p.collect(0, len(p.stages)-1)
	for _, stage := range p.stages { // databases before those who fill them
		for _, plan := range p.plans {
			if firstStage(p, plan.Host) == stage.Name {
				r.must(merged.apply(plan))
			}
		}
	}
	r.differ("applied in one transaction per host", mask(world.dump(true)), mask(merged.dump(true)))
}

func firstStage(p *planned, host string) string {
	for _, s := range p.stages {
		for _, h := range s.Hosts {
			if h.Name == host {
				return s.Name
			}
		}
	}
	return ""
}

func (r *runner) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatalf("apply: %v", err)
	}
}

// same asserts that planning again, from memory and from a new reading, gives
// the same plans to the byte.
func (r *runner) same(world *Hosts, p *planned) {
	r.t.Helper()
	first := digests(p)
	p.fleet.Plan(p.stages)
	p.collect(0, len(p.stages)-1)
	r.differ("planned again from memory", first, digests(p))
	r.differ("planned again from a new reading", first, digests(r.plan(world, p.inv)))
}

func digests(p *planned) (text string) {
	for _, plan := range p.plans {
		text += plan.Host + " " + plan.Digest() + "\n"
	}
	return text + p.errs
}

// keepsSecrets asserts that no secret is printed, or is in a script, which may be
// visible in the process list.
func (r *runner) keepsSecrets(p *planned) {
	r.t.Helper()
	public := text(p.plans) + warnings(p.plans) + p.errs
	for _, plan := range p.plans {
		script, _ := plan.Pack(tasks.Run{ID: "run", Who: "test"})
		public += script
		var inverse strings.Builder
		plan.Inverse().Write(&inverse, tasks.Style{Diffs: true})
		public += inverse.String()
	}
	words := []string{"SCRAM-SHA-256$", "$pbkdf2-sha512$", "PRIVATE KEY-----"}
	for s := range r.e.secrets {
		words = append(words, s)
	}
	for _, w := range words {
		if i := strings.Index(public, w); i >= 0 {
			r.t.Errorf("the secret %s is public: %q", w, public[max(0, i-80):min(len(public), i+len(w)+20)])
		}
	}
}

// undoes asserts of every host's plan that its inverse brings everything back,
// and that so does a failure at each of its steps.
func (r *runner) undoes(world *Hosts, p *planned) {
	r.t.Helper()
	for _, plan := range p.plans {
		if len(plan.Commands) > 0 || plan.Empty() {
			continue // its prerequisites may be made by another host's plan first
		}
		was := world.dump(false)
		after := world.copy()
		if err := after.apply(plan); err != nil {
			r.t.Errorf("apply: %v", err)
			continue
		}
		if inverse := plan.Inverse(); inverse.Complete() {
			if err := after.apply(inverse); err != nil {
				r.t.Errorf("inverse: %v", err)
				continue
			}
			r.differ("after the inverse of "+plan.Host, withoutPending(was), withoutPending(after.dump(false)))
		}
		script, payload := plan.Pack(tasks.Run{ID: "run", Who: "test"})
		for line := 0; ; line++ {
			text, ok := Break(script, line)
			if !ok {
				break
			}
			broken := world.copy()
			code, said := broken.Run(plan.Host, text, payload)
			if code != tasks.ExitPutBack || !strings.Contains(said, "failed: made to fail\n") {
				r.t.Errorf("failure behind line %d: exit %d: %s", line, code, said)
			}
			r.differ(fmt.Sprintf("after a failure behind line %d", line), was, broken.dump(false))
		}
	}
}

// withoutPending omits the actions that an earlier run left: they are not undone.
func withoutPending(dump string) string { return drop(dump, "pending ") }

// mask omits what is generated each time.
func mask(dump string) string {
	return drop(drop(generated.ReplaceAllString(dump, ""), "/etc/nginx/odooctl/"), "/etc/letsencrypt/archive/")
}

// generated matches a server's self-signed certificate and its key.
var generated = regexp.MustCompile(`(?m)^/\S+/odooctl\.(pem|key) .*$`)

func drop(text, prefix string) string {
	var b strings.Builder
	for l := range strings.Lines(text) {
		if !strings.HasPrefix(l, prefix) {
			b.WriteString(l)
		}
	}
	return b.String()
}
