// Package graph has the way of a request, as an inventory has it: from the browser over nginx and
// Odoo to PostgreSQL. It knows no host; what runs there is for status to tell.
//
//	g := graph.New(inv.Deployments)
//	text := g.Text(80) // or g.Mermaid(), g.Dot(), g.SVG()
package graph

import (
	"cmp"
	"net/netip"
	"slices"

	"odooctl/inventory"
	"odooctl/tasks/odoo"
)

// Browser is the role of the node that all requests come from. The others are those of hosts.
const Browser = "browser"

// Ways from one node to the next.
const (
	WayHTTP     = "http"
	WayHTTPS    = "https"
	WayTCP      = "tcp"
	WayTunnel   = "tunnel"
	WayLoopback = "loopback" // TCP within a host
	WaySocket   = "socket"   // a unix socket
)

// What is said of TLS on a way that may leave a host.
const (
	TLSNo       = "no"
	TLSRequired = "required"
	TLSOffered  = "if offered" // libpq takes it where the server has it
)

// Graph is what requests pass, deployment by deployment.
type Graph struct {
	Deployments []string `json:"deployments"` // in the inventory's order
	Nodes       []Node   `json:"nodes"`       // in the order in which a request gets to them
	Links       []Link   `json:"links"`
}

// Node is one part that answers: what browsers use, an nginx, an Odoo or a PostgreSQL.
type Node struct {
	ID          string   `json:"id"` // the same in every form
	Role        string   `json:"role" jsonschema:"enum=browser,enum=nginx,enum=odoo,enum=postgresql"`
	Deployments []string `json:"deployments"`       // that it serves; of a browser, none
	Host        string   `json:"host,omitempty"`    // none: a browser
	Address     string   `json:"address,omitempty"` // of the host
	Version     string   `json:"version,omitempty"` // where the inventory says
	Names       []string `json:"names"`             // of nginx its server names, of Odoo its databases
	Text        []string `json:"text"`              // what a person may want to know of it
}

// Link is the way from one node to the next. All that leave a node for the same deployment have
// the same text.
type Link struct {
	Deployment string   `json:"deployment"`
	From       string   `json:"from"`
	To         string   `json:"to"`
	Way        string   `json:"way" jsonschema:"enum=http,enum=https,enum=tcp,enum=tunnel,enum=loopback,enum=socket"`
	Ports      []int    `json:"ports"`          // at the far end
	Near       string   `json:"near,omitempty"` // where a tunnel listens; none: at a socket
	TLS        string   `json:"tls,omitempty" jsonschema:"enum=no,enum=required,enum=if offered"`
	Ranges     []string `json:"ranges"` // who is let in by pg_hba, or believed as a proxy
	Text       []string `json:"text"`   // the same for a person
}

// New returns the graph of deployments of one inventory.
func New(deployments []*inventory.Deployment) *Graph {
	g := &Graph{Deployments: []string{}, Nodes: []Node{}, Links: []Link{}}
	var browser, sites, odoos, servers []Node
	for _, d := range deployments {
		g.Deployments = append(g.Deployments, d.Name)
		before := []string{}
		if d.Nginx != nil || d.Odoo != nil {
			browser, before = []Node{{ID: Browser, Role: Browser}}, []string{Browser}
		}
		if d.Nginx != nil {
			at := []string{}
			for _, h := range d.Nginx.Hosts {
				n := newNode(inventory.RoleNginx, h, d)
				n.Names, n.Text = d.Nginx.Names(), siteText(d)
				sites, at = append(sites, n), append(at, n.ID)
			}
			g.link(before, at, siteLink(d))
			before = at
		}
		if d.Odoo != nil {
			at := []string{}
			for _, h := range d.Odoo.Hosts {
				n := newNode(inventory.RoleOdoo, h, d)
				n.Version, n.Names, n.Text = d.Odoo.Version, d.Odoo.Databases, odooText(d, h)
				odoos, at = append(odoos, n), append(at, n.ID)
			}
			g.link(before, at, odooLink(d))
			before = at
		}
		if d.PostgreSQL == nil {
			continue
		}
		s := newServer(d)
		i := slices.IndexFunc(servers, func(n Node) bool { return n.ID == s.ID })
		if i < 0 {
			i, servers = len(servers), append(servers, s)
		}
		servers[i].Deployments = append(servers[i].Deployments, d.Name)
		if d.Odoo != nil {
			for _, h := range d.Odoo.Hosts {
				g.link([]string{newNode(inventory.RoleOdoo, h, d).ID}, []string{s.ID}, serverLink(d, h))
			}
		}
	}
	g.Nodes = slices.Concat(browser, sites, odoos, servers)
	for i := range g.Nodes {
		n := &g.Nodes[i]
		n.Deployments, n.Names, n.Text = filled(n.Deployments), filled(n.Names), filled(n.Text)
	}
	return g
}

// filled is a list that JSON writes as one, though nothing is in it.
func filled[T any](list []T) []T { return append([]T{}, list...) }

func newNode(role string, h *inventory.Host, d *inventory.Deployment) Node {
	return Node{ID: d.Name + " " + role + " " + h.Name, Role: role, Deployments: []string{d.Name}, Host: h.Name,
		Address: h.Address}
}

// newServer is the PostgreSQL of a deployment, without the deployments that use it.
func newServer(d *inventory.Deployment) Node {
	p := d.PostgreSQL
	n := Node{Role: inventory.RolePostgreSQL, Host: p.Host.Name, Address: p.Host.Address}
	for _, o := range sharing(d) {
		n.Version = cmp.Or(n.Version, o.PostgreSQL.Version)
	}
	n.ID = n.Role + " " + n.Host + " " + n.Version + "/" + p.Cluster
	n.Text = serverText(d)
	return n
}

// sharing are the deployments on the same cluster, with d: one that gives no version means the
// only one of that name.
func sharing(d *inventory.Deployment) []*inventory.Deployment {
	p := d.PostgreSQL
	return slices.DeleteFunc(p.Host.PostgreSQLOf(), func(o *inventory.Deployment) bool {
		v := o.PostgreSQL.Version
		return o.PostgreSQL.Cluster != p.Cluster || v != p.Version && v != "" && p.Version != ""
	})
}

// encrypted reports whether a deployment's server requires TLS.
func encrypted(d *inventory.Deployment) bool {
	return slices.ContainsFunc(sharing(d), func(o *inventory.Deployment) bool { return o.PostgreSQL.TLS.Enabled() })
}

// port is that of a deployment's server, and whether the inventory says so.
func port(d *inventory.Deployment) (number int, said bool) {
	for _, o := range sharing(d) {
		number = cmp.Or(number, o.PostgreSQL.Port)
	}
	return cmp.Or(number, defaultPort), number != 0
}

// defaultPort is PostgreSQL's own, which a host's first cluster has.
const defaultPort = 5432

// link adds a link from each of some nodes to each of others.
func (g *Graph) link(from, to []string, l Link) {
	l.Ports, l.Ranges, l.Text = filled(l.Ports), filled(l.Ranges), filled(l.Text)
	for _, a := range from {
		for _, b := range to {
			l.From, l.To = a, b
			g.Links = append(g.Links, l)
		}
	}
}

// siteLink is the way from a browser to nginx.
func siteLink(d *inventory.Deployment) Link {
	l := Link{Deployment: d.Name, Way: WayHTTP, Ports: []int{80}, TLS: TLSNo, Ranges: ranges(d.Nginx.Behind)}
	if d.Nginx.TLS.Enabled() {
		l.Way, l.Ports, l.TLS = WayHTTPS, []int{443, 80}, TLSRequired
	}
	l.Text = siteLinkText(l)
	return l
}

// odooLink is the way to Odoo: from nginx, or from a browser where there is none.
func odooLink(d *inventory.Deployment) Link {
	http, chat := d.Odoo.Ports()
	l := Link{Deployment: d.Name, Way: WayHTTP, Ports: []int{http, chat}, TLS: TLSNo}
	if d.Odoo.Runs() == inventory.ModeThreaded {
		l.Ports = []int{http} // which has live chat, too
	}
	l.Text = odooLinkText(l)
	return l
}

// serverLink is the way from the Odoo of a host to its PostgreSQL.
func serverLink(d *inventory.Deployment, h *inventory.Host) Link {
	p := d.PostgreSQL
	number, said := port(d)
	l := Link{Deployment: d.Name, Ports: []int{number}, Ranges: ranges(p.Allow)}
	switch {
	case p.Access == inventory.AccessLocal:
		l.Way = WaySocket
	case p.Access == inventory.AccessTunnel && h == p.Host:
		l.Way = WayLoopback
	case p.Access == inventory.AccessTunnel:
		l.Way = WayTunnel
		if !p.Tunnel.Socket {
			l.Near = netip.AddrPortFrom(netip.MustParseAddr(p.Tunnel.Bind), uint16(p.Tunnel.Port)).String()
		}
	default:
		l.Way, l.TLS = WayTCP, TLSOffered
		if encrypted(d) {
			l.TLS = TLSRequired
		}
		l.Ranges = slices.Concat(addresses(d.Odoo.Hosts), l.Ranges)
	}
	l.Text = serverLinkText(l, d, said)
	return l
}

// addresses are those that hosts connect from. The name of a host stands for whatever addresses
// it has.
func addresses(hosts []*inventory.Host) (list []string) {
	for _, h := range hosts {
		list = append(list, h.Address)
	}
	return list
}

func ranges(list []netip.Prefix) (out []string) {
	for _, p := range list {
		if p.IsSingleIP() {
			out = append(out, p.Addr().String())
		} else {
			out = append(out, p.String())
		}
	}
	return out
}

// loopback reports whether only nginx on the same host reaches the Odoo of h.
func loopback(d *inventory.Deployment, h *inventory.Host) bool {
	return d.Nginx != nil && odoo.AddressOf(h, d) == "127.0.0.1"
}
