package playbooks

import (
	"fmt"
	"slices"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/nginx"
	"odooctl/tasks/nginx/site"
	"odooctl/tasks/odoo"
)

// Drain returns a playbook that takes an Odoo host out of the upstreams on every nginx
// host of a deployment, or adds it to them again: see nginx.Drain. By is who does it. The
// error is for an unknown deployment or host.
func Drain(inv *inventory.Inventory, deployment, host string, to site.State, by site.Note) (*Playbook, error) {
	d, err := inv.FindDeployment(deployment, behindNginx...)
	switch {
	case err != nil:
		return nil, err
	case !slices.ContainsFunc(d.Odoo.Hosts, func(h *inventory.Host) bool { return h.Name == host }):
		return nil, fmt.Errorf("%s: %s is not an Odoo host of deployment %s", d.Odoo.Pos, host, deployment)
	}
	drain := &nginx.Drain{Deployment: deployment, Host: host, State: to, By: by}
	return &Playbook{Name: "drain", Plays: []Play{{
		Name:  "requests for " + host,
		Hosts: "nginx:&" + deployment,
		Tasks: []tasks.NamedTask{{Name: "nginx.drain", Task: drain}, {Name: "nginx.service", Task: &nginx.Service{}}},
	}}}, drain.Validate()
}

// Maintenance returns a playbook that has every nginx host of a deployment answer with
// its maintenance page or, with off, send requests to Odoo again: see nginx.Maintenance. By
// is who does it. The error is for an unknown deployment.
func Maintenance(inv *inventory.Inventory, deployment string, off bool, by site.Note) (*Playbook, error) {
	if _, err := inv.FindDeployment(deployment, behindNginx...); err != nil {
		return nil, err
	}
	task := &nginx.Maintenance{Deployment: deployment, Off: off, By: by}
	return &Playbook{Name: "maintenance", Plays: []Play{{
		Name:  PageOf(deployment),
		Hosts: "nginx:&" + deployment,
		Tasks: []tasks.NamedTask{{Name: "nginx.maintenance", Task: task}, {Name: "nginx.service", Task: &nginx.Service{}}},
	}}}, nil
}

// Spare returns a playbook that starts or ends a spare Odoo on a host: see odoo.Spare.
func Spare(host string, task *odoo.Spare) *Playbook {
	return &Playbook{Name: "spare", Plays: []Play{{
		Name:  "the spare Odoo of " + task.Deployment,
		Hosts: host,
		Tasks: []tasks.NamedTask{{Name: "odoo.spare", Task: task}},
	}}}
}

// PageOf names the play that shows the maintenance page of a deployment, or removes it.
func PageOf(deployment string) string { return "the maintenance page of " + deployment }

// behindNginx is what a deployment has whose Odoo hosts nginx can leave out.
var behindNginx = []string{inventory.RoleNginx, inventory.RoleOdoo}
