package inventory

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

var (
	nginxSize = regexp.MustCompile(`^[0-9]{1,12}[kKmMgG]?$`)
	nginxRate = regexp.MustCompile(`^[1-9][0-9]{0,5}r/[sm]$`)
	email     = regexp.MustCompile(`^[A-Za-z0-9.!#%&*+/=?^_{|}~-]+@[A-Za-z0-9.-]+$`)
)

func (d *decoder) checkNginx(n *Nginx) {
	d.require(&n.Hosts, n.Pos, "nginx.hosts")
	if d.require(&n.ServerNames, n.Pos, "nginx.server_name") && d.ok(&n.ServerNames) && len(n.ServerNames) == 0 {
		d.errs.add(d.at(&n.ServerNames), "server_name is empty")
	}
	for i := range n.ServerNames {
		n.ServerNames[i] = strings.ToLower(n.ServerNames[i])
	}
	d.checkEach(n.ServerNames, "server_name", checkServerName)
	d.checkRedirectFrom(n)
	d.checkDBFilters(n)
	d.checkLocations(n)
	if d.ok(&n.ClientMaxBodySize) && !nginxSize.MatchString(n.ClientMaxBodySize) {
		d.errs.add(d.at(&n.ClientMaxBodySize), "client_max_body_size is %q: want a size such as 128m", n.ClientMaxBodySize)
	}
	d.checkTLS(n)
	d.checkACME(n)
	switch {
	case !n.HSTS:
	case !n.TLS.Enabled() && !d.given(&n.TLS):
		d.errs.add(d.at(&n.HSTS), "hsts without tls: browsers accept it over HTTPS only")
	case n.TLS.SelfSigned:
		d.errs.add(d.at(&n.HSTS), "hsts with a self-signed certificate: browsers that obey it do not let users go on")
	}
	d.checkSite(n)
}

// headerFilter matches what nginx passes on in a header as it is.
var headerFilter = regexp.MustCompile(`^[A-Za-z0-9_.^$%()|*+?\[\]-]{1,200}$`)

// checkDBFilters checks the filters that are sent by name.
func (d *decoder) checkDBFilters(n *Nginx) {
	for i, o := range n.DBFilters {
		name := strings.ToLower(o.Name)
		n.DBFilters[i].Name = name
		switch {
		case !slices.Contains(n.ServerNames, name):
			d.errs.add(o.Pos, "dbfilter_header: %s is no server_name of the deployment", o.Name)
		case !o.Secret.IsZero() || !headerFilter.MatchString(o.Value.Text):
			d.errs.add(o.Pos, "dbfilter_header of %s: want a filter of letters, digits and . ^ $ %% ( ) | * + ? [ ] _ -", o.Name)
		case d.opts.Filter != nil:
			if err := d.opts.Filter(0, o.Value.Text); err != nil {
				d.errs.add(o.Pos, "dbfilter_header of %s: %v", o.Name, err)
			}
		}
	}
}

// checkRedirectFrom checks the names that lead to another.
func (d *decoder) checkRedirectFrom(n *Nginx) {
	for i := range n.RedirectFrom {
		n.RedirectFrom[i] = strings.ToLower(n.RedirectFrom[i])
		if slices.Contains(n.ServerNames, n.RedirectFrom[i]) {
			d.errs.add(d.at(&n.RedirectFrom[i]), "redirect_from %s is a server_name too: it would lead to itself",
				n.RedirectFrom[i])
		}
	}
	d.checkEach(n.RedirectFrom, "redirect_from", checkServerName)
	if len(n.RedirectFrom) > 0 && len(n.ServerNames) > 0 && strings.Contains(n.ServerNames[0], "*") {
		d.errs.add(d.at(&n.ServerNames[0]), "server_name %s comes first, and redirect_from leads to it: put a name without "+
			"a wildcard first", n.ServerNames[0])
	}
}

// checkSite checks the keys of a site other than its names and its certificate.
func (d *decoder) checkSite(n *Nginx) {
	switch {
	case !d.ok(&n.Redirect):
	case n.Redirect != 301 && n.Redirect != 308:
		d.errs.add(d.at(&n.Redirect), "redirect is %d: want 308, or 301 for clients that do not know 308", n.Redirect)
	case !d.given(&n.TLS) && len(n.RedirectFrom) == 0:
		d.errs.add(d.at(&n.Redirect), "redirect without tls: there is no HTTPS to go to")
	}
	if d.ok(&n.Timeout) && (n.Timeout < time.Second || n.Timeout%time.Second != 0 || n.Timeout > 24*time.Hour) {
		d.errs.add(d.at(&n.Timeout), "timeout is %s: want whole seconds, a day at most", n.Timeout)
	}
	for _, r := range []struct {
		rate *string
		name string
	}{{&n.LoginRate, "login_rate"}, {&n.RPCRate, "rpc_rate"}} {
		if d.ok(r.rate) && *r.rate != RateOff && !nginxRate.MatchString(*r.rate) {
			d.errs.add(d.at(r.rate), "%s is %q: want a rate such as 60r/m or 50r/s, or off", r.name, *r.rate)
		}
	}
	if n.DatabaseManager.All {
		d.warns.add(d.at(&n.DatabaseManager), "database_manager is open to everybody who reaches nginx: a list of ranges "+
			"lets in whom you know")
	}
}
