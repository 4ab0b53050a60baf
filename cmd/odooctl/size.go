package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/playbooks/report"
	"odooctl/playbooks/run"
	"odooctl/tasks"
	"odooctl/tasks/odoo"
	"odooctl/tasks/odoo/size"
)

type sizeOptions struct {
	hostOptions
	output      output
	cpus        int
	memory      string
	users       int
	odoo        string
	connections int
	database    bool
	postgresql  bool   // size the PostgreSQL, not the Odoo
	disk        string // that the PostgreSQL is on
}

func newSize(u *ui) *cobra.Command {
	var o sizeOptions
	c := &cobra.Command{
		Use:   "size [INVENTORY [DEPLOYMENT]]",
		Short: "Say how many processes an Odoo should have, within which limits, and why",
		Long: `Say how many processes an Odoo should have, within which limits, and why, by the
formulas of Odoo's deployment guide. With an inventory it reads the hosts, and the
numbers are those that apply writes; nothing is written on any host. Without one,
the flags describe the machine, and no host is touched.

With --postgresql it proposes settings of PostgreSQL instead, by PGTune's formulas, to
copy into postgresql.settings of an inventory: apply writes none of them by itself.`,
		Example: `odooctl size mycompany # of an inventory, on its hosts
odooctl size --cpus 4 --memory 16G --users 60 --odoo 14.0`,
		Args: cobra.RangeArgs(0, 2),
		RunE: func(c *cobra.Command, args []string) error {
			offline := []string{"cpus", "memory", "users", "odoo", "max-connections", "with-postgresql"}
			if o.postgresql {
				return runTune(c, u, args, o)
			}
			if len(args) == 0 {
				return runSize(u, o)
			}
			for _, flag := range offline {
				if c.Flags().Changed(flag) {
					return fmt.Errorf("--%s: the inventory and its hosts say that; give the flag or an inventory, not both", flag)
				}
			}
			return runSizeOf(c.Context(), u, args[0], strings.Join(args[1:], ""), o)
		},
	}
	c.Flags().Var(count(&o.cpus, 1, 4096), "cpus", "physical `cores` of the machine, not counting hyper-threads")
	c.Flags().StringVar(&o.memory, "memory", "", "`size` of its memory, such as 16G")
	c.Flags().Var(count(&o.users, 1, 1_000_000), "users", "people who work at the same time; default: as many as it can "+
		"serve")
	c.Flags().StringVar(&o.odoo, "odoo", strconv.Itoa(inventory.NewestOdoo)+".0", "`version` of Odoo")
	c.Flags().Var(count(&o.connections, 1, 262_143), "max-connections", "max_connections of its PostgreSQL")
	c.Flags().BoolVar(&o.postgresql, "postgresql", false, "size the PostgreSQL, not the Odoo")
	c.Flags().StringVar(&o.disk, "disk", "ssd", "with --postgresql: what its data is on: `ssd`, nvme, san or hdd")
	c.Flags().BoolVar(&o.database, "with-postgresql", false, "PostgreSQL is on the same machine")
	limitFlag(c, &o.limit)
	o.wayFlags(c)
	o.output.flags(c)
	return c
}

// sized is one Odoo on one host.
type sized struct {
	report.SizeOf
	sizing size.Sizing
}

func newSized(s size.Sizing, major int) sized { return sized{report.NewSizeOf(s, major), s} }

// runSize sizes a machine that the flags describe.
func runSize(u *ui, o sizeOptions) error {
	if o.cpus < 1 || o.memory == "" {
		return errors.New("size: name an inventory, or describe a machine with --cpus and --memory")
	}
	memory, err := inventory.ParseSize(o.memory)
	if err != nil {
		return fmt.Errorf("--memory: %w", err)
	}
	number, minor, _ := strings.Cut(o.odoo, ".")
	major, err := strconv.Atoi(number)
	if err != nil || minor != "" && minor != "0" || major < inventory.OldestOdoo || major > inventory.NewestOdoo {
		return fmt.Errorf("--odoo: Odoo %q is not known: want %d.0 to %d.0", o.odoo, inventory.OldestOdoo,
			inventory.NewestOdoo)
	}
	m := size.Machine{Cores: o.cpus, Memory: int64(memory), Database: o.database}
	v := newSized(size.Of(m, size.Load{Major: major, Users: o.users, Connections: o.connections}), major)
	v.Cores, v.Memory = m.Cores, m.Memory
	if o.output.json() {
		return u.printJSON(report.NewSizeDocument(v.SizeOf))
	}
	u.showSize(v)
	return nil
}

// sizes is the playbook that asks the hosts what sizing needs to know.
const sizes = "- name: Sizes\n  hosts: odoo\n  tasks: [odoo.size]\n"

// runSizeOf sizes the deployments of an inventory on their hosts.
func runSizeOf(ctx context.Context, u *ui, file, deployment string, o sizeOptions) error {
	run, err := u.read(ctx, file, o.hostOptions,
		func(inv *inventory.Inventory, way *hostOptions) (*playbooks.Playbook, error) {
			if deployment != "" {
				if _, err := inv.FindDeployment(deployment, inventory.RoleOdoo); err != nil {
					return nil, err
				}
				way.limit = cmp.Or(way.limit, deployment)
			}
			return playbooks.Parse("size.yaml", []byte(sizes), nil)
		})
	if err != nil {
		return err
	}
	defer run.Close()
	var list []sized
	for _, p := range run.Plans() {
		h := run.Host(p.Host)
		for _, d := range h.OdooOf() {
			if deployment != "" && d.Name != deployment {
				continue
			}
			v, err := sizeOn(run, h.Name, d)
			if err != nil {
				return err
			}
			list = append(list, v)
		}
	}
	if o.output.json() {
		d := report.NewSizeDocument()
		for _, v := range list {
			d.Sizes = append(d.Sizes, v.SizeOf)
		}
		err = u.printJSON(d)
	} else {
		for _, v := range list {
			u.showSize(v)
		}
	}
	if err != nil {
		return err
	}
	return u.conclude(run.Report(), o.timings)
}

func sizeOn(run *run.Run, host string, d *inventory.Deployment) (sized, error) {
	h := run.Host(host)
	facts, err := h.Facts()
	if err != nil {
		return sized{}, err
	}
	major, err := odoo.Major(h, d)
	if err != nil {
		return sized{}, err
	}
	s, err := odoo.SizingOf(h, d, major)
	v := newSized(s, major)
	v.Deployment, v.Host, v.Cores, v.Memory = d.Name, host, facts.Cores, facts.Memory
	return v, err
}

// showSize prints each number with its reason. Warnings go to standard error.
func (u *ui) showSize(v sized) {
	where := ""
	if v.Host != "" {
		where = v.Deployment + " on " + v.Host + ": "
	}
	u.printf("%sOdoo %s, %s, %s\n", where, v.Odoo, tasks.Plural(v.Cores, "core"), size.Bytes(v.Memory))
	w := newTable()
	w.wraps = true
	for _, o := range v.Options {
		w.row("  "+o.Name, size.Option(o).Amount(), o.Why)
	}
	if v.Chat > 0 {
		w.row("  live chat", strconv.Itoa(v.Chat), "a separate process, which Odoo starts beside its workers")
	}
	w.row("  memory", size.About(v.Expected), v.sizing.Explained())
	_ = w.write(u.out, u.width())
	for _, w := range v.Warnings {
		u.warnf("%s%s", where, w)
	}
}
