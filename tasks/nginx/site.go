package nginx

import (
	"fmt"
	"net"
	"path"
	"strconv"

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
	available := "/etc/nginx/sites-available"
	h.Glob(available + "/odooctl-*.conf")
	h.Glob("/etc/nginx/sites-enabled/odooctl-*.conf")
	debian := h.File("/etc/nginx/sites-available/default").Exists() || h.IsDirectory(available)
	wanted := map[string]bool{}
	for _, d := range h.NginxOf() {
		text, err := render(h, d)
		if err != nil {
			return err
		}
		name := "odooctl-" + d.Name + ".conf"
		dir := "/etc/nginx/conf.d"
		if debian {
			dir = available
			h.Link("/etc/nginx/sites-enabled/"+name, "../sites-available/"+name)
		}
		f := h.File(dir + "/" + name)
		if f.Text() != text {
			h.Notify(Unit, tasks.Reload, "site "+d.Name+" changed")
		}
		f.SetText(text)
		wanted[name] = true
	}
	for _, p := range append(h.Glob(available+"/odooctl-*.conf"), h.Glob("/etc/nginx/sites-enabled/odooctl-*.conf")...) {
		if !wanted[path.Base(p)] {
			h.Unlink(p)
			h.Notify(Unit, tasks.Reload, "site "+path.Base(p)+" left the inventory")
		}
	}
	return nil
}

func render(h *tasks.Host, d *inventory.Deployment) (string, error) {
	if d.Odoo == nil {
		return "", fmt.Errorf("%s: deployment %s has no Odoo for nginx to pass requests to", d.Nginx.Pos, d.Name)
	}
	v, err := version(h)
	if err != nil {
		return "", fmt.Errorf("%s: %w", d.Nginx.Pos, err)
	}
	f, err := h.Facts()
	if err != nil {
		return "", err
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
	http, chat := d.Odoo.Ports()
	for _, o := range d.Odoo.Hosts {
		peer, err := h.Peer(o.Name)
		if err != nil {
			return "", err
		}
		if s.Odoo, err = odoo.Major(peer, d); err != nil {
			return "", err
		}
		p, err := odoo.ProcessesOf(peer, d)
		if err != nil {
			return "", err
		}
		addr := o.Address
		if o == h.Host {
			addr = "127.0.0.1"
		}
		s.HTTP = append(s.HTTP, backend(addr, http))
		if p.Chat() {
			s.Chat = append(s.Chat, backend(addr, chat))
		}
	}
	text, err := site.Render(s)
	if err != nil {
		return "", fmt.Errorf("%s: %w", d.Nginx.Pos, err)
	}
	return text, nil
}

func backend(addr string, port int) string { return net.JoinHostPort(addr, strconv.Itoa(port)) }

// atLeast compares a version such as 3.0.16 with a major and a minor number.
func atLeast(version string, major, minor int) bool {
	var a, b int
	if _, err := fmt.Sscanf(version, "%d.%d", &a, &b); err != nil {
		return false
	}
	return a > major || a == major && b >= minor
}
