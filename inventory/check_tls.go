package inventory

import (
	"net/url"
	"strings"

	"odooctl/inventory/nearest"
)

func (d *decoder) checkTLS(n *Nginx) {
	t := &n.TLS
	if !d.given(t) {
		if len(n.Behind) == 0 { // else TLS ends in front
			d.warns.add(n.Pos, "nginx without tls: passwords cross the network in the clear")
		}
		return
	}
	if !d.ok(t) {
		return
	}
	sources := 0
	for _, given := range []bool{t.SelfSigned, d.given(&t.Certificate) || d.given(&t.Key), d.given(&t.ACME)} {
		if given {
			sources++
		}
	}
	switch {
	case sources == 0 && d.bad[&t.SelfSigned]:
	case sources != 1:
		d.errs.add(t.Pos, "tls wants one of self_signed: true, certificate with key, or acme")
	case d.given(&t.Certificate) && !d.given(&t.Key):
		d.errs.add(d.at(&t.Certificate), "tls.certificate has no tls.key")
	case d.given(&t.Key) && !d.given(&t.Certificate):
		d.errs.add(d.at(&t.Key), "tls.key has no tls.certificate")
	}
	if !d.given(&t.Profile) {
		t.Profile = ProfileIntermediate
	} else if d.ok(&t.Profile) && t.Profile != ProfileIntermediate && t.Profile != ProfileModern {
		d.errs.add(d.at(&t.Profile), "tls profile %s: want %s or %s%s", t.Profile, ProfileIntermediate, ProfileModern,
			nearest.Hint(t.Profile, []string{ProfileIntermediate, ProfileModern}))
	}
}

func (d *decoder) checkACME(n *Nginx) {
	a := n.TLS.ACME
	if a == nil {
		return
	}
	if d.require(&a.Email, d.at(&n.TLS.ACME), "acme.email") && d.ok(&a.Email) && !email.MatchString(a.Email) {
		d.errs.add(d.at(&a.Email), "acme email %q is not a mail address", a.Email)
	}
	for _, list := range [][]string{n.ServerNames, n.RedirectFrom} {
		for i, name := range list {
			if strings.Contains(name, "*") {
				d.errs.add(d.at(&list[i]), "server_name %s: acme proves a name over HTTP, which does not work for a wildcard",
					name)
			}
		}
	}
	if d.ok(&a.Server) {
		if u, err := url.Parse(a.Server); err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil ||
			strings.ContainsAny(a.Server, " '\"%\\") {
			d.errs.add(d.at(&a.Server), "acme server is %q: want the address of its directory, https://HOST/PATH (RFC 8555, "+
				"section 7.1.1)", a.Server)
		}
	}
	if a.Staging && d.given(&a.Server) {
		d.errs.add(d.at(&a.Staging), "acme staging is a server of Let's Encrypt: leave out staging or server")
	}
	if d.given(&a.CA) && !d.given(&a.Server) {
		d.errs.add(d.at(&a.CA), "acme ca without server: the root of Let's Encrypt is known everywhere")
	}
}
