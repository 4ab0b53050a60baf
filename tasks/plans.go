package tasks

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"odooctl/inventory"
)

// many is the number of hosts from which plans are outlined, to fit a screen: hosts that
// differ only in the diffs of files, and in what is asked in the end, are taken together,
// long diffs are cut, and of many groups some are left out.
const (
	many       = 20
	manyGroups = 10
	diffLines  = 8
)

// WritePlans writes what the hosts' plans would do, the same plan once for all its hosts, and
// a summary, and returns the number of changes. The signs are + made, - removed, ~ changed, !
// done to a unit, = asked in the end, ? known or run only during apply, . waits.
func WritePlans(w io.Writer, plans []*Plan, s Style) (pending int) {
	hosts := 0
	for _, p := range plans {
		if !p.Empty() {
			hosts++
			pending += p.Count()
		}
	}
	if s.Full {
		for _, p := range plans {
			p.Write(w, s)
		}
	} else {
		s.outline = hosts > many
		writeGroups(w, plans, s)
	}
	failed := ""
	if s.Failed > 0 {
		failed = fmt.Sprintf("; %s could not be planned", Plural(s.Failed, "host"))
	}
	if pending == 0 {
		fmt.Fprintf(w, "plan: 0 changes on %s%s\n", Plural(len(plans), "host"), failed)
		return 0
	}
	fmt.Fprintf(w, "plan: %s on %d of %s%s\n", Plural(pending, "change"), hosts, Plural(len(plans)+s.Failed, "host"),
		failed)
	if hosts > 1 && !s.Full {
		fmt.Fprintf(w, "  %s\n", Printable(sumOf(plans)))
	}
	return pending
}

// alike is hosts that get the same plan or, in an outline, one that differs in its
// details.
type alike struct {
	hosts []string
	plan  *Plan // of the first host
	text  string
	mixed bool // details of other hosts differ
}

func writeGroups(w io.Writer, plans []*Plan, s Style) {
	var list []*alike
	at := map[string]*alike{}
	for _, p := range plans {
		var shape, text strings.Builder
		p.body(&text, Style{Diffs: s.Diffs})
		p.body(&shape, Style{Diffs: s.Diffs && !s.outline, shape: s.outline})
		g := at[shape.String()]
		switch {
		case shape.Len() == 0:
			continue
		case g == nil:
			g = &alike{plan: p, text: text.String()}
			at[shape.String()] = g
			list = append(list, g)
		case g.text != text.String():
			g.mixed = true
		}
		g.hosts = append(g.hosts, p.Host)
	}
	for i, g := range list {
		if s.outline && i == manyGroups {
			left := 0
			for _, g := range list[i:] {
				left += len(g.hosts)
			}
			fmt.Fprintf(w, "... and %s with other changes: --full shows them\n\n", Plural(left, "host"))
			return
		}
		g.write(w, s)
	}
}

func (g *alike) write(w io.Writer, s Style) {
	if len(g.hosts) == 1 {
		g.plan.Write(w, s)
		return
	}
	mixed := ""
	if g.mixed {
		mixed = fmt.Sprintf("; the details are those of %s and differ: --full shows all", g.plan.Host)
	}
	fmt.Fprintf(w, "%s: %s on each of %d hosts%s\n", inventory.Ranges(g.hosts), Plural(g.plan.Count(), "change"),
		len(g.hosts), mixed)
	g.plan.body(w, s)
	fmt.Fprintln(w)
}

// manyUnits is the number of units that a sum names at most.
const manyUnits = 6

// sumOf counts what plans do, by kind: 60 files, 30 restarts of odoo.service.
func sumOf(plans []*Plan) string {
	things, acts, verbs := counts{}, counts{}, counts{}
	for _, p := range plans {
		for _, c := range p.Changes {
			kind, _, _ := strings.Cut(c.What(), " ")
			things.add(kind, "")
		}
		for range p.Commands {
			things.add("command", "")
		}
		for _, a := range p.Actions {
			acts.add(a.Verb, " of "+a.Unit)
			verbs.add(a.Verb, "")
		}
		if p.Reboot != nil {
			verbs.add("reboot", "")
			acts.add("reboot", "")
		}
	}
	if len(acts) > manyUnits {
		acts = verbs
	}
	return strings.Join(append(things.words(), acts.words()...), ", ")
}

// counts has a count for each noun and what is behind it, in the order of their first.
type counts []count

type count struct {
	noun, of string
	n        int
}

func (c *counts) add(noun, of string) {
	i := slices.IndexFunc(*c, func(k count) bool { return k.noun == noun && k.of == of })
	if i < 0 {
		i = len(*c)
		*c = append(*c, count{noun: noun, of: of})
	}
	(*c)[i].n++
}

func (c counts) words() (list []string) {
	for _, k := range c {
		list = append(list, Plural(k.n, k.noun)+k.of)
	}
	return list
}
