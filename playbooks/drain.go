package playbooks

import (
	"fmt"
	"slices"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/nginx"
	"odooctl/tasks/nginx/site"
)

// Drain returns a playbook that takes an Odoo host out of the upstreams of a
// deployment's nginx, on every nginx host that it has, or puts it back in: see
// nginx.Drain. The error is for a deployment or a host that there is not.
func Drain(inv *inventory.Inventory, deployment, host string, to site.State) (*Playbook, error) {
	i := slices.IndexFunc(inv.Deployments, func(d *inventory.Deployment) bool { return d.Name == deployment })
	if i < 0 {
		return nil, fmt.Errorf("deployment %s is not defined in %s", deployment, inv.File)
	}
	d := inv.Deployments[i]
	switch {
	case d.Nginx == nil:
		return nil, fmt.Errorf("%s: deployment %s has no nginx that could be told", d.Pos, deployment)
	case !slices.ContainsFunc(d.Odoo.Hosts, func(h *inventory.Host) bool { return h.Name == host }):
		return nil, fmt.Errorf("%s: %s is no Odoo host of deployment %s", d.Odoo.Pos, host, deployment)
	}
	drain := &nginx.Drain{Deployment: deployment, Host: host, State: to}
	return &Playbook{Name: "drain", Plays: []Play{{
		Name:  "requests for " + host,
		Hosts: "nginx:&" + deployment,
		Tasks: []tasks.NamedTask{{Name: "nginx.drain", Task: drain}, {Name: "nginx.service", Task: &nginx.Service{}}},
	}}}, drain.Validate()
}
