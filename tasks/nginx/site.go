package nginx

import (
	"cmp"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"path"
	"slices"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/nginx/site"
	"odooctl/tasks/odoo"
	odooversion "odooctl/tasks/odoo/version"
)

func init() {
	tasks.Register("nginx.site", "the site of each deployment: HTTP to HTTPS, TLS, live chat, the Odoo hosts behind it",
		func() tasks.Task { return &Site{} })
}

// Site manages one server file per deployment, and one that they share. A backend that
// Drain removed stays out, and a page that Maintenance enabled stays.
type Site struct{}

// Plan implements tasks.Task.
func (Site) Plan(h *tasks.Host) error {
	l := layoutOf(h)
	included := h.Glob(directory + "/*" + includeSuffix)
	var sites []site.Site
	var failed error
	for _, d := range h.NginxOf() {
		s, err := describe(h, l, d)
		if err != nil {
			failed = errors.Join(failed, err)
			continue // to read what the others need in the same round
		}
		sites = append(sites, s)
	}
	if failed = cmp.Or(failed, l.readable(h)); failed != nil {
		return failed
	}
	wanted := map[string]bool{}
	for i, d := range h.NginxOf() {
		text, err := site.Render(sites[i])
		if err != nil {
			return fmt.Errorf("%s: %w", d.Nginx.Pos, err)
		}
		if text, err = keptClosed(h, l, d, text); err != nil {
			return err
		}
		p := l.file(d)
		text = site.KeepNotes(text, h.File(p).Text())
		write(h, p, text, "site "+d.Name+" changed")
		link := l.links + "/" + path.Base(p)
		if l.links != "" && h.Link(link, "../sites-available/"+path.Base(p)) {
			h.Notify(Unit, tasks.Reload, "site "+d.Name+" changed")
		}
		wanted[p], wanted[link], wanted[sites[i].Include] = true, true, true
		if !slices.Contains(l.ours, p) {
			l.ours = append(l.ours, p)
		}
	}
	for _, p := range included {
		if !wanted[p] {
			h.File(p).Hide(site.Hiding("")).Remove()
		}
	}
	for _, p := range l.ours {
		if !wanted[p] {
			remove(h, p, "site "+path.Base(p)+" left the inventory")
		}
	}
	return share(h, l, sites)
}

// file is the path of a deployment's site.
func (l layout) file(d *inventory.Deployment) string { return l.dir + "/odooctl-" + d.Name + ".conf" }

// describe returns the site of a deployment as it should be on the host.
func describe(h *tasks.Host, l layout, d *inventory.Deployment) (s site.Site, err error) {
	if d.Odoo == nil {
		return s, fmt.Errorf("%s: deployment %s has no Odoo for nginx to pass requests to", d.Nginx.Pos, d.Name)
	}
	n := d.Nginx
	look(h, d)
	s = site.Site{
		Name: d.Name, ServerNames: n.ServerNames, RedirectFrom: n.RedirectFrom, Behind: reach(&inventory.Reach{
			Ranges: n.Behind}).Ranges, Filters: filters(n.DBFilters),
		TLS: site.Profile(cmp.Or(n.TLS.Profile, inventory.ProfileIntermediate)), Redirect: n.Redirect,
		MaxBodySize: n.ClientMaxBodySize, Timeout: n.Timeout,
		Manager: reach(&n.DatabaseManager), RPC: reach(n.RPC),
		LoginRate: rate(n.LoginRate, inventory.DefaultLoginRate), RPCRate: rate(n.RPCRate, inventory.DefaultRPCRate),
		AccessLog: AccessLog(d.Name),
		ErrorLog:  errorLog(d.Name),
	}
	if err := ownLines(h, d, &s); err != nil {
		return s, err
	}
	if err := backends(h, d, &s); err != nil {
		return s, err
	}
	f, err := h.Facts()
	if err != nil {
		return s, err
	}
	if s.Nginx, err = version(h); err != nil {
		return s, fmt.Errorf("%s: %w", n.Pos, err)
	}
	if err := l.claimed(h, d); err != nil {
		return s, err
	}
	l.passing(h, d, slices.Concat(s.HTTP, s.Chat))
	if s.LoginRate+s.RPCRate != "" && slices.Contains(f.Of("lacks"), "limit_req") {
		h.Warn("%s: no limits on logins and RPC of %s: nginx was built without limit_req, as nginx-light of Debian 11; "+
			"install nginx-core, or say login_rate: off and rpc_rate: off", n.Pos, d.Name)
		s.LoginRate, s.RPCRate = "", ""
	}
	for _, a := range f.Addresses {
		s.IPv6 = s.IPv6 || a.Addr().Is6()
	}
	if n.TLS.Enabled() {
		p := pairOf(h, d)
		s.Certificate, s.Key = p.chain, p.key
	}
	if n.TLS.ACME != nil {
		s.Webroot, s.Webs = webroot, others(h, d)
	}
	s.X25519MLKEM768 = atLeast(openSSL(f), 3, 5)
	s.SelfSigned = s.Certificate != "" && selfSigned(h.File(s.Certificate).Text())
	if s.HSTS = n.HSTS && !s.SelfSigned; n.HSTS && !s.HSTS {
		h.Warn("%s: no HSTS for %s while its certificate is self-signed", n.Pos, d.Name)
	}
	kept(h, l, d, &s)
	keptOpen(h, d, s)
	return s, fromDisk(h, d, &s)
}

// backends sets the Odoo hosts behind the site.
func backends(h *tasks.Host, d *inventory.Deployment, s *site.Site) error {
	var peers []*tasks.Host
	for _, o := range d.Odoo.Hosts {
		peer, err := h.Peer(o.Name)
		if err != nil {
			return err
		}
		peers = append(peers, peer)
	}
	for _, peer := range peers {
		major, err := odoo.Major(peer, d)
		if err != nil {
			return err
		}
		serves, err := odoo.ServesOn(peer, d)
		if err != nil {
			return err
		}
		s.Odoo = major
		s.HTTP = append(s.HTTP, serves.HTTP)
		if serves.Chat != "" {
			s.Chat = append(s.Chat, serves.Chat)
		}
	}
	return nil
}

// keptOpen warns of what nginx cannot close: it does not inspect the body of a call, in
// which /jsonrpc has the name of the service (odoo/addons/base/controllers/rpc.py).
func keptOpen(h *tasks.Host, d *inventory.Deployment, s site.Site) {
	closed := d.Odoo.ListDB != nil && !*d.Odoo.ListDB
	switch {
	case s.Manager.All || !s.RPC.All:
	case !odooversion.Of(s.Odoo).ListDBClosesRPC:
		h.Warn("%s: /jsonrpc of %s reaches the database manager, and Odoo 10 guards it by admin_passwd alone; rpc: false, "+
			"or a list of ranges, closes it", d.Nginx.Pos, d.Name)
	case !closed && len(s.Manager.Ranges) > 0:
		h.Warn("%s: /jsonrpc of %s reaches the database manager from everywhere; rpc: with the ranges of database_manager "+
			"closes it to others", d.Nginx.Pos, d.Name)
	case !closed:
		h.Warn("%s: /jsonrpc of %s reaches the database manager, past what nginx closes; odoo: {list_db: false} closes it",
			d.Nginx.Pos, d.Name)
	}
}

// reach converts who has access; nil means everybody.
func reach(r *inventory.Reach) (to site.Reach) {
	if r == nil {
		return site.Reach{All: true}
	}
	to.All = r.All
	for _, p := range r.Ranges {
		to.Ranges = append(to.Ranges, p.String())
	}
	return to
}

func filters(list []inventory.Option) (all []site.Filter) {
	for _, o := range list {
		all = append(all, site.Filter{Name: o.Name, Filter: o.Value.Text})
	}
	return all
}

func rate(given, otherwise string) string {
	if given == inventory.RateOff {
		return ""
	}
	return cmp.Or(given, otherwise)
}

// selfSigned reports whether a certificate is self-signed, or not known yet.
func selfSigned(text string) bool {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return true
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	return err != nil || string(cert.RawIssuer) == string(cert.RawSubject)
}

// atLeast compares a version such as 3.0.16 with a major and a minor number.
func atLeast(version string, major, minor int) bool {
	var a, b int
	if _, err := fmt.Sscanf(version, "%d.%d", &a, &b); err != nil {
		return false
	}
	return a > major || a == major && b >= minor
}
