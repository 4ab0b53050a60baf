package odoo

import (
	"cmp"
	"fmt"
	"net/netip"
	"path"
	"strings"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/odoo/conf"
	"odooctl/tasks/odoo/version"
	"odooctl/tasks/postgresql"
	"odooctl/tasks/tunnel"
)

func init() {
	tasks.Register("odoo.conf", "odoo.conf with the option names of the installed Odoo",
		func() tasks.Task { return &Conf{} })
}

// Conf manages odoo.conf: the database, the addresses and processes that follow from
// the inventory, and its options. The file belongs to root, so that Odoo cannot rewrite
// it (service/db.py, exp_change_admin_password).
type Conf struct{}

// Plan implements tasks.Task.
func (Conf) Plan(h *tasks.Host) (first error) {
	for _, i := range Instances(h) {
		first = cmp.Or(first, i.conf(h)) // to read what the others need in the same round
	}
	return first
}

func (i Instance) conf(h *tasks.Host) error {
	f := h.File(i.Config).Hide(hiding(i.Odoo))
	if err := i.dataInCommon(h); err != nil {
		return err
	}
	askConnections(h, i.Deployment)
	if ok, err := ready(h, i.Deployment); !ok {
		return err
	}
	major, err := Major(h, i.Deployment)
	if err != nil {
		return err
	}
	if err := advise(h, i.Deployment, major); err != nil {
		return err
	}
	settings, err := settings(h, i, major, f.Text())
	if err != nil {
		return err
	}
	text, err := conf.Render(major, settings)
	if err != nil {
		return err
	}
	old := f.Text()
	if err := i.takesOver(h, major, old, settings); err != nil {
		return err
	}
	f.SetText(text).Own("root", i.User, 0o640)
	i.checkEncoding(h, text)
	if text != old {
		i.restart(h, path.Base(i.Config)+" changed")
	}
	return nil
}

// settings lists the settings of odoo.conf, by the options' newest names.
func settings(h *tasks.Host, i Instance, major int, old string) (list []conf.Setting, err error) {
	set := func(name string, value any, pos inventory.Pos, why conf.Reason) {
		list = append(list, conf.Setting{Name: name, Value: fmt.Sprint(value), Pos: at(pos), Reason: why})
	}
	said := func(key string, field any) conf.Reason { return reason(h, key, field, "") }
	d, o := i.Deployment, i.Odoo
	if err := database(h, d, major, set); err != nil {
		return nil, err
	}
	if len(o.Databases) > 0 {
		set("db_name", strings.Join(o.Databases, ","), o.Pos, said("odoo.databases", &o.Databases))
	}
	if o.DBFilter != "" {
		set("dbfilter", o.DBFilter, o.Pos, said("odoo.dbfilter", &o.DBFilter))
	}
	if o.ListDB != nil {
		set("list_db", python(*o.ListDB), o.Pos, said("odoo.list_db", o.ListDB))
	}
	if !o.AdminPasswd.IsZero() {
		hash, err := adminPasswd(h, o.AdminPasswd, unique(h, d), major, old)
		if err != nil {
			return nil, err
		}
		if o.AdminPasswd.Made() {
			h.Warn("%s: a new admin_passwd will be generated for %s, and kept as %s",
				o.Pos, d.Name, o.AdminPasswd.Source())
		}
		h.Inventory.Revealed().Add(hash) // passwords can be tested against it
		set("admin_passwd", hash, o.AdminPasswd.Pos,
			reason(h, "odoo.admin_passwd", &o.AdminPasswd, "its hash: Odoo compares passwords with it"))
	}
	sizing, err := SizingOf(h, d, major)
	if err != nil {
		return nil, err
	}
	if err := listen(h, d, major, sizing.Workers, set); err != nil {
		return nil, err
	}
	for _, s := range sizing.Options {
		if s.Set || !s.Default {
			set(s.Name, s.Value, o.Pos, sized(h, o, s))
		}
	}
	for _, w := range sizing.Warnings {
		h.Warn("%s: %s", o.Pos, w)
	}
	if o.DataDir != "" || i.Own {
		set("data_dir", i.Data(), o.Pos, reason(h, "odoo.data_dir", &o.DataDir, left(o.DataDir == "", "below the home of "+
			"its own user: another Odoo is on the host")))
	}
	if list := append(i.addonsPath(), i.treeAddons(h)...); len(list) > 0 {
		set("addons_path", strings.Join(list, ","), o.Pos, reason(h, "odoo.addons_path", &o.AddonsPath,
			left(len(o.AddonsPath) == 0, "where odooctl puts odoo.addons, and Odoo's own")))
	}
	return options(list, o)
}

// unique identifies a deployment globally: PostgreSQL generates a system identifier
// when it creates a cluster.
func unique(h *tasks.Host, d *inventory.Deployment) string {
	if c, err := server(h, d); err == nil && c != nil {
		return d.Name + " " + c.System
	}
	return d.Name + " " + h.Address
}

// database sets how Odoo reaches PostgreSQL. On one machine that is the unix
// socket, for which there is no db_host.
func database(h *tasks.Host, d *inventory.Deployment, major int, set setter) error {
	p := d.PostgreSQL
	if p == nil {
		return nil
	}
	peer, err := h.Peer(p.Host.Name)
	if err != nil {
		return err
	}
	port, err := postgresql.Port(peer, d)
	if err != nil {
		return err
	}
	switch p.Access {
	case inventory.AccessNetwork:
		set("db_host", p.Host.Address, p.Pos, reason(h, "postgresql.host", &p.Host, "its address: access is network"))
		set("db_port", port, p.Pos, portOf(h, p))
		if conf.Has("db_sslmode", major) && postgresql.Encrypts(peer, d) { // elsewhere libpq takes TLS where it is offered
			set("db_sslmode", "require", p.TLS.Pos, reason(h, "postgresql.tls", &p.TLS, "its server requires TLS"))
		}
	case inventory.AccessLocal:
		if port != 5432 {
			set("db_port", port, p.Pos, portOf(h, p))
		}
	case inventory.AccessTunnel:
		host, at := tunnel.Reach(h, d, port)
		why := reason(h, "postgresql.access", &p.Access, "access is tunnel, and it listens there")
		set("db_host", host, p.Pos, why)
		set("db_port", at, p.Pos, why)
	}
	set("db_user", p.Role.Name, p.Role.Pos, reason(h, "postgresql.role.name", &p.Role.Name, ""))
	if !p.Role.Password.IsZero() {
		password, err := p.Role.Password.Reveal()
		if err != nil {
			return err
		}
		set("db_password", password, p.Role.Password.Pos,
			reason(h, "postgresql.role.password", &p.Role.Password, ""))
	}
	return nil
}

// listen binds Odoo to the address where its nginx reaches it, and trusts proxy headers
// only if there is a proxy: otherwise they could be forged.
func listen(h *tasks.Host, d *inventory.Deployment, major int, workers int, set setter) error {
	http, chat := d.Odoo.Ports()
	set("http_port", http, d.Odoo.Pos, reason(h, "odoo.http_port", &d.Odoo.HTTPPort, ""))
	set("gevent_port", chat, d.Odoo.Pos, reason(h, "odoo.chat_port", &d.Odoo.ChatPort, ""))
	if d.Nginx == nil {
		set("proxy_mode", python(false), d.Odoo.Pos, reason(h, "nginx", nil, "no nginx is in front: headers of a proxy "+
			"would be forged"))
		return nil
	}
	behind := func(text string) conf.Reason { return reason(h, "nginx", d.Nginx, text) }
	set("proxy_mode", python(true), d.Odoo.Pos, behind("nginx is in front, and says who the client is"))
	if d.Nginx.XSendfile {
		set("x_sendfile", python(true), d.Nginx.Pos, reason(h, "nginx.x_sendfile", &d.Nginx.XSendfile, ""))
	}
	if Loopback(h, d) {
		set("http_interface", "127.0.0.1", d.Odoo.Pos, behind("only the nginx of this host has to reach it"))
		return nil
	}
	f, err := h.Facts()
	if err != nil {
		return err
	}
	for _, p := range f.Addresses {
		if a, err := netip.ParseAddr(h.Address); err == nil && a == p.Addr() {
			if a.Is6() && workers > 0 && !version.Of(major).IPv6Workers {
				return fmt.Errorf("%s: Odoo %d with workers cannot listen on %s, the IPv6 address of %s (17 and later can): give "+
					"the host an IPv4 address", d.Odoo.Pos, major, a, h.Name)
			}
			set("http_interface", a, d.Odoo.Pos, behind("the address of "+h.Name+", where nginx of another host reaches it"))
			return nil
		}
	}
	h.Warn("%s: %s does not have the address %s, so Odoo listens on all of its addresses; keep ports %d and %d closed "+
		"to the outside", d.Odoo.Pos, h.Name, h.Address, http, chat)
	set("http_interface", "0.0.0.0", d.Odoo.Pos, behind(h.Name+" does not have the address "+h.Address+" itself"))
	return nil
}

// Loopback reports whether only nginx on the same machine has to reach the Odoo on h.
func Loopback(h *tasks.Host, d *inventory.Deployment) bool {
	return AddressOf(h.Host, d) == "127.0.0.1"
}

func python(b bool) string { return map[bool]string{true: "True", false: "False"}[b] }

func at(p inventory.Pos) string {
	if p == (inventory.Pos{}) {
		return ""
	}
	return p.String()
}

// without omits the setting of a name, in any version's spelling.
func without(list []conf.Setting, name string) (kept []conf.Setting) {
	for _, s := range list {
		if newest(s.Name) != newest(name) {
			kept = append(kept, s)
		}
	}
	return kept
}

func newest(name string) string {
	if o, ok := conf.Lookup(name); ok {
		return o.Name
	}
	return name
}
