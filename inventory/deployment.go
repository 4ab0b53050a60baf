package inventory

// Deployment is one Odoo with what it needs: its application hosts, its PostgreSQL and
// its nginx. odooctl does not manage a part that is nil.
type Deployment struct {
	Name       string      `yaml:"-"`
	Odoo       *Odoo       `yaml:"odoo"`
	PostgreSQL *PostgreSQL `yaml:"postgresql"`
	Nginx      *Nginx      `yaml:"nginx"`
	Pos        Pos         `yaml:"-"`
}

// Hosts returns every host of the deployment once: Odoo's, then PostgreSQL's, then nginx's.
func (d *Deployment) Hosts() []*Host {
	var all []*Host
	known := map[*Host]bool{}
	for h := range d.each {
		if !known[h] {
			known[h] = true
			all = append(all, h)
		}
	}
	return all
}

// each goes through the hosts of the deployment; one with several parts of it comes several times.
func (d *Deployment) each(yield func(*Host) bool) {
	if d.Odoo != nil {
		for _, h := range d.Odoo.Hosts {
			if !yield(h) {
				return
			}
		}
	}
	if d.PostgreSQL != nil && d.PostgreSQL.Host != nil && !yield(d.PostgreSQL.Host) {
		return
	}
	if d.Nginx != nil {
		for _, h := range d.Nginx.Hosts {
			if !yield(h) {
				return
			}
		}
	}
}
