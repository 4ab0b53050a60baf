package inventory

import (
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"odooctl/inventory/nearest"
)

const (
	defaultCluster = "main"
	defaultRole    = "odoo"
)

// NewestPostgreSQL is the newest major of PostgreSQL that odooctl knows; the oldest is
// 9.5.
const NewestPostgreSQL = 18

var postgresVersion = regexp.MustCompile(`^(9\.[56]|[1-9][0-9])$`)

func (d *decoder) checkPostgreSQL(p *PostgreSQL) {
	d.require(&p.Host, p.Pos, "postgresql.host")
	if d.ok(&p.Version) {
		major, _ := strconv.Atoi(p.Version)
		if !postgresVersion.MatchString(p.Version) || major > NewestPostgreSQL {
			d.errs.add(d.at(&p.Version), "PostgreSQL %q is not supported: want 9.5, 9.6 or 10 to %d", p.Version,
				NewestPostgreSQL)
		}
	}
	if d.ok(&p.Cluster) && !clusterName.MatchString(p.Cluster) {
		d.errs.add(d.at(&p.Cluster), "cluster %q: a name is made of letters, digits and _ . -", p.Cluster)
	}
	if !d.given(&p.Cluster) {
		p.Cluster = defaultCluster
	}
	d.checkPort(&p.Port, "postgresql port")
	d.checkAllow(p)
	d.checkServerTLS(p)
	if !d.given(&p.Role.Name) {
		p.Role.Name = defaultRole
	} else if d.ok(&p.Role.Name) {
		if err := checkRole(p.Role.Name); err != nil {
			d.errs.add(d.at(&p.Role.Name), "%v", err)
		}
	}
	for _, s := range p.Settings {
		switch {
		case !s.Secret.IsZero():
			d.errs.add(s.Pos, "setting %s is a mapping: want a single value; postgresql.conf holds no secrets", s.Name)
		case !settingName.MatchString(s.Name):
			d.errs.add(s.Pos, "setting %q: a name in postgresql.conf is made of letters, digits and _", s.Name)
		case strings.EqualFold(s.Name, "port"):
			d.errs.add(s.Pos, "setting port is set by postgresql.port: write it there")
		case p.TLS.Enabled() && slices.Contains([]string{"ssl", "ssl_cert_file", "ssl_key_file"}, strings.ToLower(s.Name)):
			d.errs.add(s.Pos, "setting %s is set by postgresql.tls: leave one of them out", strings.ToLower(s.Name))
		case strings.EqualFold(s.Name, "listen_address"):
			d.errs.add(s.Pos, "PostgreSQL has no setting %s (did you mean listen_addresses?)", s.Name)
		case strings.EqualFold(s.Name, "listen_addresses"):
			d.checkListen(s)
		}
	}
}

// checkAccess chooses how Odoo reaches the database, or checks the choice against the
// hosts that the two run on.
func (d *decoder) checkAccess(dep *Deployment) {
	p := dep.PostgreSQL
	same := dep.Odoo != nil && len(dep.Odoo.Hosts) == 1 && dep.Odoo.Hosts[0] == p.Host
	at := d.at(&p.Access)
	switch {
	case !d.given(&p.Access) && same:
		p.Access = AccessLocal
	case !d.given(&p.Access):
		p.Access = AccessNetwork
	case !d.ok(&p.Access):
		return
	case p.Access == AccessLocal && !same && dep.Odoo != nil && len(dep.Odoo.Hosts) > 0 && p.Host != nil:
		d.errs.add(at, "access local: Odoo does not run on %s alone; want network or tunnel", p.Host.Name)
	case p.Access == AccessTunnel && same:
		d.errs.add(at, "access tunnel: Odoo and PostgreSQL are both on %s; leave access out", p.Host.Name)
	case p.Access != AccessNetwork && p.Access != AccessTunnel && p.Access != AccessLocal:
		d.errs.add(at, "access %s: want network, tunnel or local%s", p.Access,
			nearest.Hint(string(p.Access), []string{"network", "tunnel", "local"}))
		return
	}
	if p.Access != AccessNetwork && len(p.Allow) > 0 {
		d.errs.add(d.at(&p.Allow), "allow opens PostgreSQL to the network, and access is %s", p.Access)
	}
}

// prefix reads an address range. pg_hba.conf ignores host bits and never matches an IPv4
// client against an IPv4-mapped range, so that a slip would silently allow more, or
// nothing.
func (d *decoder) prefix(n *yaml.Node, out *netip.Prefix) bool {
	var text string
	if !d.text(n, &text) {
		return false
	}
	if ip, err := netip.ParseAddr(text); err == nil {
		text += "/" + strconv.Itoa(ip.BitLen())
	}
	p, err := netip.ParsePrefix(text)
	switch {
	case err != nil:
		return d.errorf(n, "range %q: want one such as 192.168.1.0/24", text)
	case p.Addr().Is4In6():
		return d.errorf(n, "range %s is an IPv4 range in IPv6 form, which no client matches: write it as IPv4", text)
	case p.Masked() != p:
		return d.errorf(n, "range %s has host bits set: write %s for the network, or %s for the host", text, p.Masked(),
			p.Addr())
	}
	*out = p
	return true
}

// checkListen checks a list of addresses: PostgreSQL only warns about those that it
// cannot listen on.
func (d *decoder) checkListen(s Option) {
	for item := range strings.SplitSeq(s.Value.Text, ",") {
		item = strings.TrimSpace(item)
		_, err := netip.ParseAddr(item)
		if err == nil || item == "*" || item == "" && s.Value.Text == "" {
			continue
		}
		if err := checkHostName(item); err != nil {
			d.errs.add(s.Pos, "listen_addresses %q: want comma-separated addresses, or \"*\": %v", s.Value.Text, err)
		}
	}
}

func (d *decoder) checkServerTLS(p *PostgreSQL) {
	t := &p.TLS
	if !d.given(t) || !d.ok(t) {
		return
	}
	own := d.given(&t.Certificate) || d.given(&t.Key)
	switch {
	case t.SelfSigned == own:
		d.errs.add(t.Pos, "postgresql.tls wants either self_signed: true, or certificate and key")
	case own && !d.given(&t.Key):
		d.errs.add(d.at(&t.Certificate), "tls.certificate has no tls.key")
	case own && !d.given(&t.Certificate):
		d.errs.add(d.at(&t.Key), "tls.key has no tls.certificate")
	}
}
