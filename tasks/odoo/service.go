package odoo

import (
	"cmp"
	"path"
	"strings"

	"odooctl/inventory"
	"odooctl/tasks"
)

func init() {
	tasks.Register("odoo.service", "Odoo starts with the machine, runs, and answers",
		func() tasks.Task { return &Service{} })
}

// Service keeps the systemd services of each Odoo running, and proves after a restart
// that they answer. Our services that are no longer needed, after a change of mode or
// without their deployment, are removed.
type Service struct{}

// Plan implements tasks.Task.
func (Service) Plan(h *tasks.Host) (first error) {
	wanted := map[string]bool{}
	known := true
	for _, i := range Instances(h) {
		i.looks(h)
		wanted[i.spare()] = true // one that an earlier run left may serve: the run ends it
		list, err := i.serve(h)
		first = cmp.Or(first, err)
		known = known && list != nil
		for _, p := range list {
			wanted[p.Unit] = true
		}
	}
	if first != nil || !known {
		return first
	}
	for _, file := range h.Glob(units + "odoo*") {
		name := path.Base(file)
		if !wanted[name] && name != Unit && strings.HasSuffix(name, ".service") &&
			!strings.HasPrefix(name, "odooctl-") && strings.HasPrefix(h.File(file).Text(), ours) {
			h.Unit(name).Undefine()
			if of, is := strings.CutPrefix(strings.TrimSuffix(name, ".service"), "odoo@"+spares+"-"); is {
				h.File(spareConfig(of)).Remove()
			}
		}
	}
	if len(wanted) > 0 && !wanted[Unit] {
		return retires(h)
	}
	return nil
}

// serve defines and runs the services of one Odoo, and lists them; nil until they are
// known.
func (i Instance) serve(h *tasks.Host) ([]process, error) {
	h.Unit(i.Unit).Setting("User") // asked for now, with all else
	if i.Odoo.Runs() == inventory.ModeWSGI {
		h.Unit(i.beside("cron")).Setting("User")
		h.Unit(i.beside("chat")).Setting("User")
	}
	if ok, err := ready(h, i.Deployment); !ok {
		return nil, err
	}
	major, err := Major(h, i.Deployment)
	if err != nil {
		return nil, err
	}
	count, err := ProcessesOf(h, i.Deployment)
	if err != nil {
		return nil, err
	}
	needs, err := i.needs(h)
	if err != nil {
		return nil, err
	}
	i.awaitJobs(h, major, count)
	list := i.processes(h, major, count)
	patience, renews := i.patience(h, major), i.renews(h)
	for _, p := range list {
		if err := i.run(h, p, i.text(p, needs, patience)); err != nil {
			return nil, err
		}
	}
	// The installed Odoo's own parser reads the file, as the service would.
	h.Check(tasks.Check{Unit: i.Unit, Title: "odoo reads " + i.Config, Run: i.asks(i.python(major), "reads", i.Config),
		Live: renews})
	return list, nil
}

func (i Instance) run(h *tasks.Host, p process, text string) error {
	u := h.Unit(p.Unit)
	file := h.File(unitFile(p.Unit))
	before := file.Text()
	if i.Odoo.Install != nil && before == "" {
		u.Unmask() // it was masked for the installation, and is configured now
	}
	if p.Unit == Unit {
		u.DropIn(dropIn, text)
	} else {
		u.Define(text)
	}
	if before != text && u.Active() {
		h.Notify(p.Unit, tasks.Restart, "its unit changed")
	}
	if err := u.Run(); err != nil {
		return err
	}
	if err := i.overridden(h, p); err != nil {
		return err
	}
	h.Check(tasks.VerifyUnit(p.Unit))
	if p.Ready != "" {
		h.Prove(p.Unit, tasks.Proof{After: p.Ready, Within: 120, Log: tasks.Log{File: i.Log, User: i.User}})
	}
	return nil
}

// restart requests a restart of all services of the Odoo.
func (i Instance) restart(h *tasks.Host, why string) {
	if awaited(h, i.Deployment) {
		return
	}
	h.Notify(i.Unit, tasks.Restart, why)
	for _, part := range []string{"cron", "chat"} {
		if i.Odoo.Runs() == inventory.ModeWSGI && h.File(units+i.beside(part)).Exists() {
			h.Notify(i.beside(part), tasks.Restart, why)
		}
	}
}

// beside names a service other than the one for HTTP.
func (i Instance) beside(part string) string { return "odoo@" + part + "-" + i.Name + ".service" }
