package odoo

import (
	"cmp"
	"fmt"

	"odooctl/inventory"
	"odooctl/tasks"
)

func init() {
	tasks.Register("odoo.update",
		"one part of an update of modules over all hosts of a deployment: stop, first, others or crons",
		func() tasks.Task { return &Update{} })
}

// Update is one part of an update of modules over all hosts of a deployment. If nothing
// is due in its databases and the hosts have the code, it only starts what an earlier
// run left stopped.
type Update struct {
	Part string `yaml:"part"`
}

// The parts, in the order of a playbook.
const (
	stopOthers  = "stop"   // crons of all hosts stop, and the Odoos of all but the first one
	updateFirst = "first"  // the first host gets the code, updates the databases and starts
	startOthers = "others" // each of the others gets the code and starts
	startCrons  = "crons"  // services for scheduled jobs start
)

// Validate checks the arguments of the playbook.
func (t *Update) Validate() error {
	switch t.Part {
	case stopOthers, updateFirst, startOthers, startCrons:
		return nil
	}
	return fmt.Errorf("odoo.update: part %q: want stop, first, others or crons", t.Part)
}

// Plan implements tasks.Task.
func (t *Update) Plan(h *tasks.Host) (first error) {
	for _, i := range Instances(h) {
		first = cmp.Or(first, t.plan(h, i))
	}
	return first
}

func (t *Update) plan(h *tasks.Host, i Instance) error {
	for _, unit := range i.services() { // read in the same round
		h.Unit(unit)
	}
	h.File(i.Config)
	has := i.hasCode(h)
	major, list, err := i.dueAhead(h)
	if err != nil {
		return err
	}
	due, err := UpdateDue(h, i.Deployment)
	if err != nil {
		return err
	}
	if due {
		if err := alone(h, i.Deployment); err != nil {
			return err
		}
	}
	leads := i.Odoo.Hosts[0] == h.Host
	switch {
	case t.Part == stopOthers && due:
		count, err := ProcessesOf(h, i.Deployment)
		if err == nil && major == 0 {
			major, err = Major(h, i.Deployment)
		}
		i.awaitJobs(h, major, count)
		i.quiet(h, leads)
		return err
	case (t.Part == updateFirst && leads || t.Part == startOthers && !leads) && (due || !has || i.stands(h)):
		return i.update(h, major, list)
	case t.Part == startCrons && i.runsCrons(h) && (due || !h.Unit(i.beside("cron")).Active()):
		_, err := i.serve(h)
		return err
	}
	return nil
}

// quiet stops what must not run while the first host works on the databases.
func (i Instance) quiet(h *tasks.Host, leads bool) {
	if i.runsCrons(h) {
		h.Unit(i.beside("cron")).Pause()
	}
	if !leads && i.Odoo.Modules.Stops() {
		for _, unit := range i.running(h) {
			h.Unit(unit).Pause()
		}
	}
}

// update installs the code, has the leading host update, and starts the services except
// the one for scheduled jobs, which comes last.
func (i Instance) update(h *tasks.Host, major int, list map[string]due) (first error) {
	if first = cmp.Or(i.bring(h), i.conf(h)); first != nil { // odoo.conf has the folders of the modules
		return first
	}
	i.workOn(h, major, list)
	paused := i.runsCrons(h) && !h.Unit(i.beside("cron")).Active()
	if _, err := i.serve(h); err != nil {
		return err
	}
	if paused {
		h.Unit(i.beside("cron")).Pause()
	}
	return nil
}

// stands reports whether the Odoo should run and does not.
func (i Instance) stands(h *tasks.Host) bool {
	u := h.Unit(i.Unit)
	return u.Exists() && !u.Active()
}

// runsCrons reports whether scheduled jobs have a service of their own.
func (i Instance) runsCrons(h *tasks.Host) bool {
	return i.Odoo.Runs() == inventory.ModeWSGI && h.Unit(i.beside("cron")).Exists()
}

// alone refuses to update two deployments at once: if one of them failed, the hosts
// that they share could not be put back for it alone.
func alone(h *tasks.Host, d *inventory.Deployment) error {
	for _, other := range h.Inventory.Deployments {
		if other == d || other.Odoo == nil {
			continue
		}
		leader := h.Seen(other.Odoo.Hosts[0].Name)
		if leader == nil {
			continue
		}
		if due, err := UpdateDue(leader, other); err == nil && due {
			return fmt.Errorf("%s: modules of %s are due too: update one deployment after the other, such as by -l %s",
				d.Odoo.Pos, other.Name, d.Name)
		}
	}
	return nil
}

// UpdateDue reports whether modules of a deployment are to be installed or updated, or
// its first Odoo host has other code than it should: an interrupted run may have left
// the old code on an updated database. It reads that host and the deployment's
// PostgreSQL.
func UpdateDue(h *tasks.Host, d *inventory.Deployment) (bool, error) {
	leader, err := h.Peer(d.Odoo.Hosts[0].Name)
	if err != nil {
		return false, err
	}
	i := InstanceOf(leader, d)
	has := i.hasCode(leader)
	_, list, err := i.dueAhead(leader)
	return len(list) > 0 || !has, err
}
