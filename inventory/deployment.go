package inventory

import "slices"

// Deployment is one Odoo with what it needs: its application hosts, its PostgreSQL and its nginx. A part that is nil is not odooctl's.
type Deployment struct {
	Name       string      `yaml:"-"`
	Odoo       *Odoo       `yaml:"odoo"`
	PostgreSQL *PostgreSQL `yaml:"postgresql"`
	Nginx      *Nginx      `yaml:"nginx"`
	Pos        Pos         `yaml:"-"`
}

// Hosts gives every host of the deployment once: Odoo's, then PostgreSQL's, then nginx's.
func (d *Deployment) Hosts() []*Host {
	var all []*Host
	add := func(hosts ...*Host) {
		for _, h := range hosts {
			if h != nil && !slices.Contains(all, h) {
				all = append(all, h)
			}
		}
	}
	if d.Odoo != nil {
		all = slices.Clone(d.Odoo.Hosts)
	}
	if d.PostgreSQL != nil {
		add(d.PostgreSQL.Host)
	}
	if d.Nginx != nil {
		add(d.Nginx.Hosts...)
	}
	return all
}
