package graph

import (
	"cmp"
	"fmt"
	"strings"

	"odooctl/inventory"
	"odooctl/tasks"
)

// Title names a node: what it is, and where.
func (n Node) Title() string {
	if n.Role == Browser {
		return "browser"
	}
	title := map[string]string{inventory.RoleNginx: "nginx", inventory.RoleOdoo: "Odoo",
		inventory.RolePostgreSQL: "PostgreSQL"}[n.Role]
	if n.Version != "" {
		title += " " + n.Version
	}
	title += " on " + n.Host
	if n.Address != n.Host {
		title += " (" + n.Address + ")"
	}
	return title
}

func siteText(d *inventory.Deployment) []string {
	n := d.Nginx
	text := []string{some(n.ServerNames)}
	if len(n.RedirectFrom) > 0 {
		text = append(text, "led to the first: "+some(n.RedirectFrom))
	}
	switch t := n.TLS; {
	case t.SelfSigned:
		text = append(text, "certificate: self-signed")
	case t.ACME != nil:
		text = append(text, "certificate: of "+t.ACME.Directory())
	case t.Enabled():
		text = append(text, "certificate: a file of the operator's")
	}
	return text
}

func siteLinkText(l Link) (text []string) {
	if l.Way == WayHTTPS {
		text = []string{"HTTPS 443", "HTTP 80 leads to it"}
	} else {
		text = []string{"HTTP 80", "no TLS"}
	}
	if len(l.Ranges) > 0 {
		text = append(text, "behind proxies: "+some(l.Ranges))
	}
	return text
}

func odooText(d *inventory.Deployment, h *inventory.Host) []string {
	o := d.Odoo
	text := []string{processes(o)}
	if len(o.Databases) > 0 {
		text = append(text, "databases: "+some(o.Databases))
	}
	if o.Rolling.Spare {
		http, chat := o.Ports()
		text = append(text, fmt.Sprintf("spare while it restarts: %d, %d", inventory.SparePort(http),
			inventory.SparePort(chat)))
	}
	if loopback(d, h) {
		text = append(text, "listens on 127.0.0.1 only")
	}
	return text
}

// processes says in which an Odoo runs. How many the machine allows is not known here.
func processes(o *inventory.Odoo) string {
	users := "as many as its cores allow"
	if o.Users > 0 {
		users = "for " + tasks.Plural(o.Users, "user")
		if n := len(o.Hosts); n > 1 {
			users += fmt.Sprintf(" on %d hosts", n)
		}
	}
	workers := "workers " + users
	if o.Workers != nil {
		workers = tasks.Plural(*o.Workers, "worker")
	}
	switch o.Runs() {
	case inventory.ModeThreaded:
		return "one process"
	case inventory.ModeWSGI:
		return "gunicorn, " + workers
	}
	return workers
}

func odooLinkText(l Link) []string {
	if len(l.Ports) == 1 {
		return []string{fmt.Sprintf("HTTP and live chat %d", l.Ports[0]), "no TLS"}
	}
	return []string{fmt.Sprintf("HTTP %d, live chat %d", l.Ports[0], l.Ports[1]), "no TLS"}
}

func serverText(d *inventory.Deployment) []string {
	var text []string
	if p := d.PostgreSQL; p.Cluster != "main" {
		text = append(text, "cluster "+p.Cluster)
	}
	for _, o := range sharing(d) {
		text = append(text, fmt.Sprintf("role %s of %s", o.PostgreSQL.Role.Name, o.Name))
	}
	return text
}

func serverLinkText(l Link, d *inventory.Deployment, said bool) (text []string) {
	at := fmt.Sprint(l.Ports[0])
	if !said {
		at += ", unless the cluster has another port"
	}
	switch l.Way {
	case WaySocket:
		text = []string{"unix socket"}
	case WayLoopback:
		text = []string{"127.0.0.1:" + at}
	case WayTunnel:
		text = []string{"tunnel at " + cmp.Or(l.Near, "a unix socket"),
			fmt.Sprintf("SSH to %s:%d", d.PostgreSQL.Host.Name, d.PostgreSQL.Tunnel.SSHPort), "there 127.0.0.1:" + at}
	default:
		text = []string{"TCP " + at, map[string]string{TLSRequired: "TLS required",
			TLSOffered: "TLS if the server offers it"}[l.TLS]}
	}
	if len(l.Ranges) > 0 {
		text = append(text, "let in: "+some(l.Ranges))
	}
	return text
}

// most is how many names a person is shown of a list.
const most = 6

// some writes a list, cut where it is long: JSON has all of it.
func some(list []string) string {
	if more := len(list) - most; more > 1 {
		return fmt.Sprintf("%s and %d more", strings.Join(list[:most], ", "), more)
	}
	return strings.Join(list, ", ")
}
