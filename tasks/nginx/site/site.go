// Package site writes nginx's files for Odoo: one server file per deployment, and one
// for the host that they share:
//
//	text, err := site.Render(site.Site{
//		Name: "mycompany", ServerNames: []string{"odoo.mycompany.com"}, Odoo: 16, Nginx: site.Version{1, 22, 1},
//		HTTP: []string{"192.168.1.11:8069"}, Chat: []string{"192.168.1.11:8072"},
//		Certificate: "/etc/ssl/odoo.pem", Key: "/etc/ssl/private/odoo.key",
//	})
//
// A server file is self-contained: upstreams, maps, the redirect of port 80 and the TLS
// server. All names in it contain the deployment's, so that any number of such files
// can be included side by side. It is written in the syntax of the nginx version, and
// every value in it is checked against nginx's grammar. The package does no I/O.
//
// Sources: Odoo documentation, "System configuration" (10.0 to 19.0); nginx changes and
// module reference; Mozilla server side TLS guideline 6.0.
package site

import "time"

// Profile is one of Mozilla's TLS profiles.
type Profile string

const (
	Intermediate Profile = "intermediate" // TLS 1.2 and 1.3
	Modern       Profile = "modern"       // TLS 1.3 only; ECDSA certificates
)

// Reach says who is let in. The zero value is nobody.
type Reach struct {
	All    bool
	Ranges []string // addresses and CIDR ranges; ignored if All is set
}

// Filter is a filter of databases for one server name.
type Filter struct{ Name, Filter string }

// Site is the input of one server file.
type Site struct {
	Name        string   // of the deployment
	ServerNames []string // host names, also *.example.com and www.example.*; at least one
	// RedirectFrom are names whose requests go to the first of ServerNames.
	RedirectFrom []string
	// Behind are the addresses and ranges of proxies in front: what they say of the client,
	// in X-Forwarded-For and X-Forwarded-Proto, counts. What others say does not.
	Behind []string

	// Filters are the values of X-Odoo-dbfilter by server name, which OCA's module
	// dbfilter_from_header reads; other names have none.
	Filters []Filter

	Odoo  int // major version, 10 to 19
	Nginx Version

	// HTTP are the HTTP ports of the Odoo hosts and Chat their live chat ports, as
	// host:port. Without Chat, as with workers = 0, live chat goes to HTTP. With
	// several hosts, a client stays with its host, because Odoo keeps sessions in
	// files.
	HTTP []string
	Chat []string
	// States are those of HTTP and Chat that are not Up. At least one of each has to
	// be.
	States map[string]State

	Certificate    string  // path of the chain; empty, as Key: plain HTTP
	Key            string  // path
	SelfSigned     bool    // the certificate is self-signed
	TLS            Profile // empty: Intermediate
	X25519MLKEM768 bool    // the host's OpenSSL has this key exchange (3.5 and later)
	HSTS           bool    // refused for plain HTTP and with SelfSigned

	Manager   Reach  // who may use /web/database and the RPC of service db
	RPC       Reach  // who may call /xmlrpc, /jsonrpc and /json
	LoginRate string // logins of one address, such as 60r/m; empty: any number
	RPCRate   string // RPC calls of one address, such as 50r/s; empty: any number

	Redirect    int           // status from http to https: 308, or 301; 0: 308
	IPv6        bool          // listen on [::] too
	MaxBodySize string        // client_max_body_size; empty: 128m, Odoo's own limit
	Timeout     time.Duration // to read from and to send to Odoo; 0: 720 s
	Connect     time.Duration // to connect to Odoo; 0: as Timeout, with several hosts 10 s
	StaticRoots []string      // folders of modules whose static files nginx reads itself, in the order of addons_path
	Filestore   string        // folder of attachments that nginx sends for Odoo (x_sendfile); empty: none
	Webroot     string        // folder of ACME challenges; empty: none
	Webs        []string      // the other hosts of this site, as host:port, that may have the answer to a challenge
	Include     string        // path of lines of the operator's own for the server; empty: none
	Included    string        // letters and digits that identify these lines, so that nginx reads them when they change
	AccessLog   string        // path; empty: nginx's own
	ErrorLog    string        // path; empty: nginx's own
}

// Default values of a Site.
const (
	DefaultTimeout     = 720 * time.Second // Odoo's own example (deployment guide, "HTTPS")
	DefaultMaxBodySize = "128m"            // odoo/http.py, DEFAULT_MAX_CONTENT_LENGTH
)
