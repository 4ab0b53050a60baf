package postgresql

import (
	"errors"
	"fmt"
	"net/netip"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/postgresql/cluster"
	"odooctl/tasks/postgresql/hba"
	"odooctl/tasks/postgresql/version"
)

func init() {
	tasks.Register("postgresql.access", "pg_hba rules that let each deployment's Odoo hosts in, and no other host",
		func() tasks.Task { return &Access{} })
}

// Access manages the pg_hba rules that let a deployment's Odoo hosts, and the address
// ranges it allows, reach its databases.
type Access struct{}

// Plan implements tasks.Task.
func (Access) Plan(h *tasks.Host) error {
	files(h, "*hba.conf")
	cluster.Ask(h, "ssl")
	h.File(grantsFile).Text()
	for _, d := range h.PostgreSQLOf() {
		if err := visit(h, d); err != nil {
			return err
		}
	}
	list, err := servers(h)
	if err != nil {
		return err
	}
	for _, s := range list {
		if !s.Running {
			continue
		}
		if err := s.access(h); err != nil {
			return err
		}
	}
	return nil
}

// visit requests that a deployment's Odoo hosts are read in the same round as this one.
func visit(h *tasks.Host, d *inventory.Deployment) error {
	if d.PostgreSQL.Access == inventory.AccessLocal || d.Odoo == nil {
		return nil
	}
	for _, o := range d.Odoo.Hosts {
		if d.PostgreSQL.Access == inventory.AccessTunnel {
			if peer, err := h.Peer(o.Name); err == nil { // see overNetwork
				peer.Glob("/etc/odoo/*.conf")
			}
			continue
		}
		if _, err := netip.ParseAddr(o.Address); err == nil {
			continue
		}
		if _, err := h.Peer(o.Name); err != nil {
			return err
		}
	}
	return nil
}

func (s *server) access(h *tasks.Host) error {
	var rules []hba.Rule
	for _, d := range s.deployments {
		r, err := s.rules(h, d)
		if err != nil {
			return err
		}
		rules = append(rules, r...)
	}
	f := h.File(s.HBA).Hide(hba.Mask)
	found, err := loadHBA(h, s.Cluster)
	if err != nil { // there is none yet, or it was not read
		found = &hba.File{Major: s.Major()}
	}
	edited, included, err := hba.Edit(f.Text(), s.Major(), rules)
	if err != nil {
		return hbaError(f, err)
	}
	foreign, _, err := hba.Edit(f.Text(), s.Major(), nil)
	if err != nil {
		return hbaError(f, err)
	}
	own, before := h.File(s.ownHBA()).Hide(hba.Mask), f.Text()
	same := edited == f.Text() && included == own.Text()
	if edited != f.Text() {
		f.SetText(edited)
	}
	if included == "" {
		own.Remove()
	} else if included != own.Text() {
		own.SetText(included).Own("postgres", "postgres", 0o640)
	}
	if err := s.review(h, found, foreign, rules); err != nil || same {
		return err
	}
	if err := s.loads(h, f, before); err != nil {
		return err
	}
	h.Notify(s.Unit, tasks.Reload, "pg_hba rules changed")
	return nil
}

func hbaError(f *tasks.File, err error) error {
	var line *hba.LineError
	if errors.As(err, &line) {
		return fmt.Errorf("%s:%d: %s", f.Path(), line.Line, line.Reason)
	}
	return f.Errorf("%w", err)
}

// method is how passwords are proven.
func (s *server) method() string {
	if !version.Of(s.Major()).SCRAM {
		return "md5"
	}
	return "scram-sha-256"
}

// rules derives a deployment's rows. The database postgres is among them: Odoo
// lists databases, notifies and listens there (odoo/sql_db.py, bus, ir_cron).
func (s *server) rules(h *tasks.Host, d *inventory.Deployment) (rules []hba.Rule, err error) {
	p := d.PostgreSQL
	dbs := []string{"postgres"}
	if d.Odoo != nil {
		dbs = append(append([]string{}, d.Odoo.Databases...), dbs...)
	}
	row := func(kind string, at netip.Prefix) {
		rules = append(rules, hba.Rule{Type: kind, Databases: dbs, Users: []string{p.Role.Name}, Address: at,
			Method: s.method(), Comment: d.Name})
	}
	if p.Access == inventory.AccessLocal && !p.Role.Password.IsZero() {
		row("local", netip.Prefix{})
	}
	kind := "host"
	if s.Encrypted() {
		kind = "hostssl"
	}
	if p.Access == inventory.AccessTunnel {
		row("host", loopback)
	}
	seen := map[netip.Prefix]bool{}
	over, err := s.overNetwork(h, d)
	if err != nil {
		return nil, err
	}
	if over && d.Odoo != nil {
		for _, o := range d.Odoo.Hosts {
			addrs, err := Addresses(h, o)
			if err != nil {
				return nil, err
			}
			for _, a := range addrs {
				if !seen[a] {
					seen[a] = true
					row(kind, a)
				}
			}
		}
	}
	for _, a := range p.Allow {
		if !seen[a] {
			seen[a] = true
			row(kind, a)
		}
	}
	for _, g := range granted(h, d) {
		if !seen[g.from] {
			row(kind, g.from)
			rules[len(rules)-1].Comment = g.comment()
		}
	}
	return rules, nil
}

// Addresses returns the addresses that an Odoo host connects from: the inventory's if
// it is numeric, else all that the host itself has.
func Addresses(h *tasks.Host, o *inventory.Host) (list []netip.Prefix, err error) {
	if a, err := netip.ParseAddr(o.Address); err == nil {
		return []netip.Prefix{netip.PrefixFrom(a, a.BitLen())}, nil
	}
	peer, err := h.Peer(o.Name)
	if err != nil {
		return nil, err
	}
	f, err := peer.Facts()
	if err != nil {
		return nil, err
	}
	for _, p := range f.Addresses {
		if a := p.Addr(); !a.IsLoopback() && !a.IsLinkLocalUnicast() {
			list = append(list, netip.PrefixFrom(a, a.BitLen()))
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%s: %s has no address that PostgreSQL could let in", o.Pos, o.Name)
	}
	return list, nil
}
