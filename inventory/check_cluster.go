package inventory

import "strings"

// cluster is what the deployments before this one want of a PostgreSQL cluster, each
// value with the deployment that wants it.
type cluster struct {
	port, tls        *Deployment
	databases, roles map[string]*Deployment
	settings         map[string]setting
}

type setting struct {
	value string
	of    *Deployment
}

// checkClusters compares the deployments that share a PostgreSQL cluster of a host. A
// cluster is known by version and name, as Debian's 15/main; a deployment that gives no
// version means the only one of that name.
func (d *decoder) checkClusters(h *Host) {
	versions := map[string]string{}
	for _, dep := range h.postgresql {
		p := dep.PostgreSQL
		if p.Version != "" && versions[p.Cluster] == "" {
			versions[p.Cluster] = p.Version
		}
	}
	clusters := map[string]*cluster{}
	for _, dep := range h.postgresql {
		p := dep.PostgreSQL
		version := p.Version
		if version == "" {
			version = versions[p.Cluster]
		} else if version != versions[p.Cluster] {
			d.ambiguousCluster(h, p.Cluster)
		}
		id := version + "/" + p.Cluster
		if clusters[id] == nil {
			clusters[id] = &cluster{databases: map[string]*Deployment{}, roles: map[string]*Deployment{},
				settings: map[string]setting{}}
		}
		d.join(clusters[id], dep)
	}
}

// ambiguousCluster records the deployments that must say which of several versions they mean.
func (d *decoder) ambiguousCluster(h *Host, name string) {
	for _, dep := range h.postgresql {
		if p := dep.PostgreSQL; p.Cluster == name && p.Version == "" {
			d.errs.add(p.Pos, "postgresql.version is missing: host %s has cluster %s in several versions", h.Name, name)
		}
	}
}

func (d *decoder) join(c *cluster, dep *Deployment) {
	p := dep.PostgreSQL
	if p.Port != 0 {
		if c.port == nil {
			c.port = dep
		} else if first := c.port.PostgreSQL.Port; first != p.Port {
			d.errs.add(d.at(&p.Port), "port %d of cluster %s is %d for %s", p.Port, p.Cluster, first, c.port.Name)
		}
	}
	if p.TLS.Enabled() {
		if c.tls == nil {
			c.tls = dep
		} else if !c.tls.PostgreSQL.TLS.same(p.TLS) {
			d.errs.add(p.TLS.Pos, "tls of cluster %s differs from that of %s: a cluster has one certificate", p.Cluster,
				c.tls.Name)
		}
	}
	d.joinSettings(c, dep)
	d.joinRole(c, dep)
	d.joinDatabases(c, dep)
}

func (d *decoder) joinSettings(c *cluster, dep *Deployment) {
	for _, s := range dep.PostgreSQL.Settings {
		name := strings.ToLower(s.Name)
		first, known := c.settings[name]
		switch {
		case !known:
			c.settings[name] = setting{s.Value.Text, dep}
		case first.value != s.Value.Text:
			d.errs.add(s.Pos, "setting %s is %s here and %s for %s, on the same cluster", s.Name, s.Value.Text, first.value,
				first.of.Name)
		}
	}
}

func (d *decoder) joinDatabases(c *cluster, dep *Deployment) {
	if dep.Odoo == nil {
		return
	}
	for i, name := range dep.Odoo.Databases {
		if other := c.databases[name]; other != nil && other != dep {
			d.errs.add(d.at(&dep.Odoo.Databases[i]), "database %s belongs to %s, on the same cluster", name, other.Name)
			continue
		}
		c.databases[name] = dep
	}
}

func (d *decoder) joinRole(c *cluster, dep *Deployment) {
	r := &dep.PostgreSQL.Role
	other := c.roles[r.Name]
	if other == nil {
		c.roles[r.Name] = dep
		return
	}
	d.warns.add(d.whereOf(dep.PostgreSQL.Pos, &r.Name), "role %s is also that of %s, on the same cluster: each of the "+
		"two can reach the other's databases; give one of them another role.name", r.Name, other.Name)
	first := other.PostgreSQL.Role
	at := d.whereOf(dep.PostgreSQL.Pos, &r.Name)
	if !r.Password.same(first.Password) {
		d.errs.add(at, "role %s has another password for %s, on the same cluster", r.Name, other.Name)
	}
	if r.CreateDB != nil && first.CreateDB != nil && *r.CreateDB != *first.CreateDB {
		d.errs.add(at, "role %s has another createdb for %s, on the same cluster", r.Name, other.Name)
	}
}
