package inventory

import (
	"regexp"
	"strings"
)

var (
	nginxSize = regexp.MustCompile(`^[0-9]{1,12}[kKmMgG]?$`)
	email     = regexp.MustCompile(`^[A-Za-z0-9.!#%&*+/=?^_{|}~-]+@[A-Za-z0-9.-]+$`)
)

func (d *decoder) checkNginx(n *Nginx) {
	d.require(&n.Hosts, n.Pos, "nginx.hosts")
	if d.require(&n.ServerNames, n.Pos, "nginx.server_name") && d.ok(&n.ServerNames) && len(n.ServerNames) == 0 {
		d.errs.add(d.where[&n.ServerNames], "server_name is empty")
	}
	for i := range n.ServerNames {
		n.ServerNames[i] = strings.ToLower(n.ServerNames[i])
	}
	d.checkEach(n.ServerNames, "server_name", checkServerName)
	if d.ok(&n.ClientMaxBodySize) && !nginxSize.MatchString(n.ClientMaxBodySize) {
		d.errs.add(d.where[&n.ClientMaxBodySize], "client_max_body_size is %q: want a size such as 128m", n.ClientMaxBodySize)
	}
	d.checkTLS(n)
	d.checkACME(n)
	switch {
	case !n.HSTS:
	case !n.TLS.Enabled() && !d.given(&n.TLS):
		d.errs.add(d.where[&n.HSTS], "hsts without tls: browsers take it over HTTPS only")
	case n.TLS.SelfSigned:
		d.warns.add(d.where[&n.HSTS], "hsts with a self-signed certificate: browsers that obey it cannot be told to go on")
	}
}

func (d *decoder) checkTLS(n *Nginx) {
	t := &n.TLS
	if !d.given(t) {
		d.warns.add(n.Pos, "nginx without tls: passwords cross the network in the clear")
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
		d.errs.add(t.Pos, "tls wants one of self_signed: true, certificate with key, and acme")
	case d.given(&t.Certificate) && !d.given(&t.Key):
		d.errs.add(d.where[&t.Certificate], "tls.certificate has no tls.key")
	case d.given(&t.Key) && !d.given(&t.Certificate):
		d.errs.add(d.where[&t.Key], "tls.key has no tls.certificate")
	}
	if d.ok(&t.Certificate) {
		t.Certificate = d.absolute(d.where[&t.Certificate], t.Certificate)
	}
	if d.ok(&t.Key) {
		t.Key = d.absolute(d.where[&t.Key], t.Key)
	}
	if !d.given(&t.Profile) {
		t.Profile = ProfileIntermediate
	} else if d.ok(&t.Profile) && t.Profile != ProfileIntermediate && t.Profile != ProfileModern {
		d.errs.add(d.where[&t.Profile], "tls profile %s: want %s or %s%s", t.Profile, ProfileIntermediate, ProfileModern,
			suggest(t.Profile, []string{ProfileIntermediate, ProfileModern}))
	}
}

func (d *decoder) checkACME(n *Nginx) {
	a := n.TLS.ACME
	if a == nil {
		return
	}
	if d.require(&a.Email, d.where[&n.TLS.ACME], "acme.email") && d.ok(&a.Email) && !email.MatchString(a.Email) {
		d.errs.add(d.where[&a.Email], "acme email %q is not a mail address", a.Email)
	}
	for i, name := range n.ServerNames {
		if strings.Contains(name, "*") {
			d.errs.add(d.where[&n.ServerNames[i]], "server_name %s: acme proves a name over HTTP, which does not work for a wildcard", name)
		}
	}
}
