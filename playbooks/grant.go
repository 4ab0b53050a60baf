package playbooks

import (
	"net/netip"
	"time"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/postgresql"
)

// Grant is the playbook that lets a range reach the databases of a deployment until a
// time or, where until is zero, shuts it out. The deployment has a postgresql.
func Grant(d *inventory.Deployment, from netip.Prefix, until time.Time) *Playbook {
	return &Playbook{Name: "pg", Plays: []Play{{
		Name: "PostgreSQL", Hosts: d.PostgreSQL.Host.Name,
		Tasks: []tasks.NamedTask{
			{Name: "postgresql.grant", Task: postgresql.Grant{Deployment: d, From: from, Until: until}},
			{Name: "postgresql.access", Task: postgresql.Access{}},
		},
	}}}
}
