package nginx

import (
	"cmp"
	"fmt"
	"path"
	"regexp"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/nginx/site"
	"odooctl/tasks/odoo"
)

func init() {
	tasks.Register("nginx.site", "the site of each deployment: HTTP to HTTPS, TLS, live chat, the Odoo hosts behind it", func() tasks.Task { return &Site{} })
}

// Site keeps one server file per deployment.
type Site struct{}

// Plan implements tasks.Task.
func (Site) Plan(h *tasks.Host) error {
	layout := layoutOf(h)
	wanted := map[string]bool{}
	var failed error
	for _, d := range h.NginxOf() {
		text, err := render(h, d)
		if err != nil {
			failed = cmp.Or(failed, err)
			continue // what the others ask for is read in the same round
		}
		name := "odooctl-" + d.Name + ".conf"
		f := h.File(layout.dir + "/" + name)
		if f.Text() != text {
			h.Notify(Unit, tasks.Reload, "site "+d.Name+" changed")
		}
		f.SetText(text)
		if layout.links != "" && h.Link(layout.links+"/"+name, "../sites-available/"+name) {
			h.Notify(Unit, tasks.Reload, "site "+d.Name+" changed")
		}
		wanted[layout.dir+"/"+name], wanted[layout.links+"/"+name] = true, true
	}
	if failed != nil {
		return failed
	}
	for _, p := range layout.sites {
		if !wanted[p] {
			h.Unlink(p)
			h.Notify(Unit, tasks.Reload, "site "+path.Base(p)+" left the inventory")
		}
	}
	return nil
}

// layout says where a host's nginx has its sites.
type layout struct {
	dir   string   // of the files
	links string   // of the links to them; "" where nginx reads the files themselves
	sites []string // files and links of ours that are there
}

var includesEnabled = regexp.MustCompile(`(?m)^\s*include\s+\S*sites-enabled/`)

// layoutOf tells Debian's layout, with sites-available and sites-enabled, from
// that of everybody else, by what nginx.conf includes.
func layoutOf(h *tasks.Host) (l layout) {
	const available, enabled, confd = "/etc/nginx/sites-available", "/etc/nginx/sites-enabled", "/etc/nginx/conf.d"
	for _, dir := range []string{available, enabled, confd} {
		l.sites = append(l.sites, h.Glob(dir+"/odooctl-*.conf")...)
	}
	l.dir = confd
	if includesEnabled.MatchString(h.File("/etc/nginx/nginx.conf").Text()) {
		l.dir, l.links = available, enabled
	}
	return l
}

func render(h *tasks.Host, d *inventory.Deployment) (string, error) {
	if d.Odoo == nil {
		return "", fmt.Errorf("%s: deployment %s has no Odoo for nginx to pass requests to", d.Nginx.Pos, d.Name)
	}
	if !d.Nginx.TLS.Enabled() {
		return "", fmt.Errorf("%s: a site without tls is not built yet; say tls: {self_signed: true}", d.Nginx.Pos)
	}
	var peers []*tasks.Host
	for _, o := range d.Odoo.Hosts {
		peer, err := h.Peer(o.Name)
		if err != nil {
			return "", err
		}
		peers = append(peers, peer)
	}
	f, err := h.Facts()
	if err != nil {
		return "", err
	}
	v, err := version(h)
	if err != nil {
		return "", fmt.Errorf("%s: %w", d.Nginx.Pos, err)
	}
	cert, key := paths(d)
	s := site.Site{
		Name:           d.Name,
		ServerNames:    d.Nginx.ServerNames,
		Nginx:          v,
		Certificate:    cert,
		Key:            key,
		TLS:            site.Profile(d.Nginx.TLS.Profile),
		X25519MLKEM768: atLeast(f.OpenSSL, 3, 5),
		HSTS:           d.Nginx.HSTS,
		IPv6:           true,
		MaxBodySize:    d.Nginx.ClientMaxBodySize,
		AccessLog:      "/var/log/nginx/" + d.Name + ".access.log",
		ErrorLog:       "/var/log/nginx/" + d.Name + ".error.log",
	}
	for _, peer := range peers {
		if s.Odoo, err = odoo.Major(peer, d); err != nil {
			return "", err
		}
		serves, err := odoo.ServesOn(peer, d)
		if err != nil {
			return "", err
		}
		s.HTTP = append(s.HTTP, serves.HTTP)
		if serves.Chat != "" {
			s.Chat = append(s.Chat, serves.Chat)
		}
	}
	text, err := site.Render(s)
	if err != nil {
		return "", fmt.Errorf("%s: %w", d.Nginx.Pos, err)
	}
	return text, nil
}

// atLeast compares a version such as 3.0.16 with a major and a minor number.
func atLeast(version string, major, minor int) bool {
	var a, b int
	if _, err := fmt.Sscanf(version, "%d.%d", &a, &b); err != nil {
		return false
	}
	return a > major || a == major && b >= minor
}
