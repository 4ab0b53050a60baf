package postgresql

import (
	_ "embed"
	"fmt"
	"strings"

	"odooctl/inventory"
	"odooctl/remote/shell"
	"odooctl/tasks"
	"odooctl/tasks/postgresql/cluster"
)

func init() {
	tasks.Register("postgresql.install", "PostgreSQL and its cluster, where a deployment says install: true",
		func() tasks.Task { return &Install{} })
}

// Install makes the missing clusters of deployments with install: true. On Debian the
// package makes the cluster main; on RHEL the package's own program does.
type Install struct{}

// Plan implements tasks.Task.
func (Install) Plan(h *tasks.Host) error {
	for _, d := range h.PostgreSQLOf() {
		if d.PostgreSQL.Install { // in the first round, to save another
			h.Installed(debianPackage(d.PostgreSQL))
		}
	}
	for _, d := range h.PostgreSQLOf() {
		c, err := Server(h, d)
		if err != nil {
			return err
		}
		if !absent(c) {
			continue
		}
		f, err := h.Facts()
		if err != nil {
			return err
		}
		if f.Installer == "apt" {
			err = debian(h, d)
		} else {
			err = redHat(h, d)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", d.PostgreSQL.Pos, err)
		}
		h.Unknown("what PostgreSQL %s is to serve, which is installed first", c.ID())
	}
	return nil
}

//go:embed install.sh
var makeCluster string

// debian: postgresql-common makes a cluster main for every version that is installed;
// others are made by its pg_createcluster.
func debian(h *tasks.Host, d *inventory.Deployment) error {
	p := d.PostgreSQL
	had, err := h.Package(debianPackage(p))
	if err != nil || (!had && p.Cluster == "main") {
		return err
	}
	h.Command(tasks.Command{Title: "make the PostgreSQL cluster " + p.Cluster,
		Doing: "making the PostgreSQL cluster " + p.Cluster,
		Run:   shell.Call(makeCluster, "make_cluster", p.Version, p.Cluster)})
	return nil
}

func debianPackage(p *inventory.PostgreSQL) string {
	if p.Version == "" {
		return "postgresql"
	}
	return "postgresql-" + p.Version
}

// redHat: the distribution's package has one version, and PGDG's have theirs in their
// names. Neither makes a cluster.
func redHat(h *tasks.Host, d *inventory.Deployment) error {
	p := d.PostgreSQL
	if p.Cluster != "main" {
		return fmt.Errorf("cluster %s: the packages of RHEL have one cluster per version, and no names for them; leave it "+
			"out", p.Cluster)
	}
	name, setup, unit := "postgresql-server", "postgresql-setup --initdb", "postgresql.service"
	if p.Version != "" {
		name = "postgresql" + strings.ReplaceAll(p.Version, ".", "") + "-server"
		setup, unit = fmt.Sprintf("/usr/pgsql-%s/bin/postgresql-%s-setup initdb", p.Version, p.Version),
			"postgresql-"+p.Version+".service"
	}
	if _, err := h.Package(name); err != nil {
		return err
	}
	h.Command(tasks.Command{Title: "make the PostgreSQL cluster of " + name,
		Doing: "making the PostgreSQL cluster of " + name,
		Run:   setup + " && systemctl enable --now " + unit})
	return nil
}

// absent reports whether a cluster does not exist yet; see Server.
func absent(c *cluster.Cluster) bool { return c.Unit == "" }
