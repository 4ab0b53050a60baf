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
