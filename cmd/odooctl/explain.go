package main

import (
	"context"
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/playbooks/report"
	"odooctl/playbooks/run"
	"odooctl/tasks"
	"odooctl/tasks/odoo"
	"odooctl/tasks/odoo/conf"
)

type whyOptions struct {
	hostOptions
	output output
}

func newExplain(u *ui) *cobra.Command {
	var o whyOptions
	c := &cobra.Command{
		Use:   "explain INVENTORY PLACE",
		Short: "Say why a line of odoo.conf is what it is",
		Long: `Say why each line of an odoo.conf is what it is: which key of the inventory it comes from,
and where that is, the formula and its numbers, and what Odoo would take without the
line. A PLACE is a host or a deployment, and after a colon an option, or a file and a line
of it: app1, mycompany, mycompany:workers, app1:/etc/odoo/odoo.conf:22.

The lines are those that apply writes, though the file on the host may differ: plan shows
how. Processes and limits follow from the host, so it is read; nothing is written there.`,
		Example: `odooctl explain mycompany:workers
odooctl explain app1:/etc/odoo/odoo.conf:22 -o json`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			return runExplain(c.Context(), u, args[0], args[1], o)
		},
	}
	o.wayFlags(c)
	o.output.flags(c)
	return c
}

// spot is what is to be explained.
type spot struct {
	limit      string // a host or a deployment
	deployment string // "": all of the host
	file       string // "": any
	line       int    // 0: all
	option     string // "": all
}

// parseSpot reads a PLACE.
func parseSpot(inv *inventory.Inventory, place string) (s spot, err error) {
	name, rest, _ := strings.Cut(place, ":")
	s.limit = name
	if inv.Host(name) == nil {
		if _, err := inv.FindDeployment(name, inventory.RoleOdoo); err != nil {
			return s, fmt.Errorf("explain: %s is no host, and %w", name, err)
		}
		s.deployment = name
	} else if len(inv.Host(name).OdooOf()) == 0 {
		return s, fmt.Errorf("explain: %s has no Odoo, and so no odoo.conf", name)
	}
	file, line, numbered := strings.Cut(rest, ":")
	if !strings.ContainsAny(file, "/.") && !numbered {
		s.option = file
		return s, nil
	}
	s.file = file
	if numbered {
		if s.line, err = strconv.Atoi(line); err != nil || s.line < 1 {
			return s, fmt.Errorf("explain: %q: want the number of a line behind the file", line)
		}
	}
	return s, nil
}

// explaining is the playbook that asks hosts what odoo.conf follows from.
const explaining = "- name: Explain\n  hosts: odoo\n  tasks: [odoo.explain]\n"

func runExplain(ctx context.Context, u *ui, file, place string, o whyOptions) error {
	var at spot
	run, err := u.read(ctx, file, o.hostOptions,
		func(inv *inventory.Inventory, way *hostOptions) (_ *playbooks.Playbook, err error) {
			if at, err = parseSpot(inv, place); err != nil {
				return nil, err
			}
			way.limit = at.limit
			return playbooks.Parse("explain.yaml", []byte(explaining), nil)
		})
	if err != nil {
		return err
	}
	defer run.Close()
	d := report.NewLinesDocument()
	for _, p := range run.Plans() {
		if err := at.lines(d, run, p.Host); err != nil {
			return err
		}
	}
	if o.output.json() {
		err = u.printJSON(d)
	} else {
		err = u.showLines(d)
	}
	if err != nil {
		return err
	}
	return u.conclude(run.Report(), o.timings)
}

// lines adds the lines of a host that are asked for, of which there have to be some.
func (s spot) lines(d *report.LinesDocument, run *run.Run, host string) error {
	before := len(d.Lines)
	var searched []string
	h := run.Host(host)
	for _, i := range odoo.Instances(h) {
		searched = append(searched, i.Config)
		if s.deployment != "" && i.Name != s.deployment ||
			s.file != "" && s.file != i.Config && s.file != path.Base(i.Config) {
			continue
		}
		list, err := i.Explain(h)
		if err != nil {
			return err
		}
		for _, e := range list {
			if (s.line == 0 || s.line == e.Line) && (s.option == "" || sameOption(s.option, e.Option)) {
				d.Add(host, i, e)
			}
		}
	}
	switch where := strings.Join(searched, ", "); {
	case len(d.Lines) > before:
		return nil
	case s.option != "" && !known(s.option):
		return fmt.Errorf("%s: Odoo has no option %s, and the inventory gives none of that name", host, s.option)
	case s.option != "":
		return fmt.Errorf("%s: nothing sets %s in %s: Odoo takes its own default", host, s.option, where)
	case s.line > 0:
		return fmt.Errorf("%s: line %d of %s has no option of the inventory's", host, s.line, s.file)
	default:
		return fmt.Errorf("%s: %s is no file that can be explained: there is %s", host, s.file, where)
	}
}

// known reports whether a version of Odoo has an option.
func known(option string) bool {
	_, ok := conf.Lookup(option)
	return ok
}

// sameOption compares the names of an option in any versions of Odoo.
func sameOption(a, b string) bool {
	one, _ := conf.Lookup(a)
	other, _ := conf.Lookup(b)
	return a == b || one.Name != "" && one.Name == other.Name
}

// showLines prints the lines, each with what it follows from.
func (u *ui) showLines(d *report.LinesDocument) error {
	for len(d.Lines) > 0 {
		first, n := d.Lines[0], 0
		w := newTable()
		w.wraps = true
		for n < len(d.Lines) && d.Lines[n].Host == first.Host && d.Lines[n].File == first.File {
			l := d.Lines[n]
			w.row(fmt.Sprintf("%4d", l.Line), tasks.Printable(l.Option+" = "+l.Value), tasks.Printable(because(l)))
			n++
		}
		u.printf("%s:%s, %s\n", first.Host, first.File, first.Deployment)
		if err := w.write(u.out, u.width()); err != nil {
			return err
		}
		d = &report.LinesDocument{Lines: d.Lines[n:]}
	}
	return nil
}

// because is what a line follows from, in words.
func because(l report.LineOf) string {
	text := l.Position + " " + l.Key
	if l.Position == "" {
		text = l.Key + " is left out"
	}
	if why := strings.TrimPrefix(l.Why, "left out: "); why != "" {
		text += ": " + why
	}
	switch {
	case l.Default == "", strings.Contains(text, "Odoo's own default"):
		return text
	case l.Default == l.Value:
		return text + "; Odoo's own default, too"
	}
	return text + "; Odoo's own default is " + l.Default
}
