// Package postgresql has the tasks for the PostgreSQL side of a deployment: settings in
// a file of our own, pg_hba rules for its Odoo hosts, its role and its databases.
// Import it for its tasks, which its init functions register: postgresql.install,
// postgresql.settings, postgresql.access, postgresql.role, postgresql.database and
// others.
//
// The tasks rely on what the server reports of itself; the text of its files is made by
// the packages hba, conf and scram.
package postgresql

import (
	"cmp"
	"fmt"
	"strings"

	"odooctl/inventory"
	"odooctl/remote/shell"
	"odooctl/tasks"
	"odooctl/tasks/postgresql/cluster"
)

// Server returns the cluster that a deployment uses on host h. The inventory may omit
// version and cluster if there is only one. A cluster that is yet to be installed does
// not run, and has no unit.
func Server(h *tasks.Host, d *inventory.Deployment) (*cluster.Cluster, error) {
	all, err := cluster.Of(h)
	if err != nil {
		return nil, err
	}
	var fit []*cluster.Cluster
	var have []string
	for _, c := range all {
		have = append(have, c.ID())
		if (d.PostgreSQL.Version == "" || d.PostgreSQL.Version == c.Version) &&
			(d.PostgreSQL.Cluster == "" || d.PostgreSQL.Cluster == c.Name) {
			fit = append(fit, c)
		}
	}
	switch {
	case d.PostgreSQL.Install && (len(fit) == 0 || len(fit) == 1 && !h.Unit(fit[0].Unit).Exists()):
		// A removed package leaves the cluster's files behind.
		return &cluster.Cluster{Version: cmp.Or(d.PostgreSQL.Version, "new"), Name: d.PostgreSQL.Cluster}, nil
	case len(all) == 0:
		return nil, fmt.Errorf("%s: %s has no PostgreSQL cluster; say install: true, or install one, such as by `apt "+
			"install postgresql`", d.PostgreSQL.Pos, h.Name)
	case len(fit) == 0:
		return nil, fmt.Errorf("%s: %s has no PostgreSQL cluster of this version and name; it has %s",
			d.PostgreSQL.Pos, h.Name, strings.Join(have, ", "))
	case len(fit) > 1:
		return nil, fmt.Errorf("%s: %s has several PostgreSQL clusters (%s); say which by version and cluster",
			d.PostgreSQL.Pos, h.Name, strings.Join(have, ", "))
	}
	if err := runsOther(h, d.PostgreSQL.Pos, fit[0]); err != nil {
		return nil, err
	}
	if c := fit[0]; c.Running && !ownsHBA(c) {
		return nil, fmt.Errorf("%s: PostgreSQL %s on %s has its pg_hba.conf at %s, and odooctl edits it below %s or %s "+
			"only: correct hba_file in %s/postgresql.conf", d.PostgreSQL.Pos, c.ID(), h.Name, c.HBA, c.Config, dataOf(c),
			c.Config)
	}
	return fit[0], nil
}

// ownsHBA reports whether pg_hba.conf is in the cluster's own folder, or in that of its
// data. The server says which file it is, and PostgreSQL's user may make that any file
// of the host.
func ownsHBA(c *cluster.Cluster) bool {
	return strings.HasPrefix(c.HBA, c.Config+"/") || strings.HasPrefix(c.HBA, dataOf(c)+"/")
}

// dataOf is the data directory of Debian's clusters; others have their configuration
// there.
func dataOf(c *cluster.Cluster) string { return "/var/lib/postgresql/" + c.ID() }

// Port returns the port on which a deployment's server listens after the run.
func Port(h *tasks.Host, d *inventory.Deployment) (int, error) {
	c, err := Server(h, d)
	if err != nil {
		return 0, err
	}
	if d.PostgreSQL.Port == c.Port || c.Running && held(h, c) {
		return c.Port, nil
	}
	if d.PostgreSQL.Port != 0 {
		return d.PostgreSQL.Port, nil
	}
	if !c.Running {
		return 5432, nil
	}
	return c.Port, nil
}

// held reports whether the cluster's settings, the port among them, wait for a restart.
func held(h *tasks.Host, c *cluster.Cluster) bool {
	list, err := servers(h)
	for _, s := range list {
		if err == nil && s.ID() == c.ID() {
			return s.held(h)
		}
	}
	return false
}

// server is a cluster with the deployments that use it.
type server struct {
	*cluster.Cluster
	deployments []*inventory.Deployment
}

// servers groups the deployments of a host by their cluster. Clusters that are to
// be installed first are left out.
func servers(h *tasks.Host) (list []*server, err error) {
	byID := map[string]*server{}
	for _, d := range h.PostgreSQLOf() {
		c, err := Server(h, d)
		if err != nil {
			return nil, err
		}
		if absent(c) {
			continue
		}
		s := byID[c.ID()]
		if s == nil {
			s = &server{Cluster: c}
			byID[c.ID()] = s
			list = append(list, s)
		}
		s.deployments = append(s.deployments, d)
	}
	return list, nil
}

// psql is shell that prints one value of the server, by the transaction's as_postgres.
func psql(c *cluster.Cluster, port int, query string) string {
	return fmt.Sprintf(`as_postgres %s -XAtq -h %s -p %d -d postgres -c %s`,
		shell.Quote(c.Bin+"/psql"), shell.Quote(c.Socket), port, shell.Quote(query))
}
