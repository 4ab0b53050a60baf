package inventory

import "net/netip"

// broadest are the widest ranges of private networks: 10.0.0.0/8 (RFC 1918) and fc00::/7
// (RFC 4193). Wider ones are parts of the internet, and two of them are all of it.
const (
	broadest4 = 8
	broadest6 = 7
)

// checkAllow checks the ranges that may connect in addition to the Odoo hosts.
func (d *decoder) checkAllow(p *PostgreSQL) {
	first := map[netip.Prefix]bool{}
	for i, r := range p.Allow {
		at := d.at(&p.Allow[i])
		switch {
		case r.Addr().IsMulticast():
			d.errs.add(at, "range %s is multicast: no client comes from there", r)
		case p.AllowOpen || !wide(r):
		case r.Bits() == 0:
			d.errs.add(at, "range %s is the whole internet: name the networks, or set allow_open: true if you mean it", r)
		default:
			d.errs.add(at, "range %s is a large part of the internet: name the networks, or set allow_open: true if you mean it",
				r)
		}
		if first[r] {
			d.errs.add(at, "range %s is in this list twice", r)
		}
		first[r] = true
	}
}

func wide(r netip.Prefix) bool {
	if r.Addr().Is4() {
		return r.Bits() < broadest4
	}
	return r.Bits() < broadest6
}
