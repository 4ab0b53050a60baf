package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/playbooks/report"
	"odooctl/tasks/postgresql/tune"
)

// runTune sizes PostgreSQL: that of a machine which the flags describe, or those of
// an inventory's hosts.
func runTune(c *cobra.Command, u *ui, args []string, o sizeOptions) error {
	m := tune.Machine{CPUs: o.cpus, Disk: tune.Disk(o.disk), Connections: o.connections}
	if !slices.Contains([]tune.Disk{tune.SSD, tune.NVMe, tune.SAN, tune.HDD}, m.Disk) {
		return fmt.Errorf("--disk %s: want ssd, nvme, san or hdd", o.disk)
	}
	if len(args) > 0 {
		for _, flag := range []string{"cpus", "memory", "users", "odoo", "with-postgresql"} {
			if c.Flags().Changed(flag) {
				return fmt.Errorf("--%s: the hosts say that; give the flag or an inventory, not both", flag)
			}
		}
		return runTuneOf(c, u, args[0], m, o)
	}
	if o.cpus < 1 || o.memory == "" {
		return errors.New("size --postgresql: name an inventory, or describe a machine with --cpus and --memory")
	}
	memory, err := inventory.ParseSize(o.memory)
	if err != nil {
		return fmt.Errorf("--memory: %w", err)
	}
	m.Memory = int64(memory)
	return u.showTuned(o, []report.TuneOf{report.NewTuneOf("", m)})
}

// servers is the playbook that asks the hosts what tuning needs to know.
const servers = "- name: Servers\n  hosts: postgresql\n  tasks: [odoo.connections]\n"

func runTuneOf(c *cobra.Command, u *ui, file string, m tune.Machine, o sizeOptions) error {
	run, err := u.read(c.Context(), file, o.hostOptions,
		func(*inventory.Inventory, *hostOptions) (*playbooks.Playbook, error) {
			return playbooks.Parse("size.yaml", []byte(servers), nil)
		})
	if err != nil {
		return err
	}
	defer run.Close()
	var list []report.TuneOf
	for _, p := range run.Plans() {
		h := run.Host(p.Host)
		facts, err := h.Facts()
		if err != nil {
			return err
		}
		m.Memory, m.CPUs = facts.Memory, facts.CPUs
		if len(h.OdooOf()) > 0 {
			m.Memory /= 2
		}
		list = append(list, report.NewTuneOf(h.Name, m))
	}
	if err := u.showTuned(o, list); err != nil {
		return err
	}
	return u.conclude(run.Report(), o.timings)
}

// showTuned prints the proposals as an inventory takes them, each with its reason.
func (u *ui) showTuned(o sizeOptions, list []report.TuneOf) error {
	if o.output.json() {
		return u.printJSON(report.NewTuneDocument(list))
	}
	for _, t := range list {
		where := ""
		if t.Host != "" {
			where = t.Host + ": "
		}
		u.printf("# %sPostgreSQL with %d CPUs and %d MB of memory\nsettings:\n", where, t.CPUs, t.Memory>>20)
		w := newTable()
		for _, s := range t.Settings {
			w.row("  "+s.Name+": "+s.Value, "# "+s.Why)
		}
		_ = w.write(u.out, 0) // it is to be copied
	}
	return nil
}
