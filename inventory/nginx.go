package inventory

import (
	"net/netip"
	"slices"
	"time"
)

// Nginx is the proxy part of a deployment. Nil pointers and zero values mean "not given".
type Nginx struct {
	Hosts             []*Host        `yaml:"hosts"`
	ServerNames       []string       `yaml:"server_name"`     // lower case
	RedirectFrom      []string       `yaml:"redirect_from"`   // names that lead to the first of ServerNames; lower case
	DBFilters         []Option       `yaml:"dbfilter_header"` // X-Odoo-dbfilter by server name
	TLS               TLS            `yaml:"tls"`
	HSTS              bool           `yaml:"hsts"`
	Redirect          int            `yaml:"redirect"`             // status from HTTP to HTTPS: 308 or 301; 0 is 308
	ClientMaxBodySize string         `yaml:"client_max_body_size"` // nginx's syntax: 128m
	Behind            []netip.Prefix `yaml:"behind"`               // proxies in front, whose X-Forwarded-For and -Proto count
	Timeout           time.Duration  `yaml:"timeout"`              // of a request, in whole seconds; 0 is the default
	DatabaseManager   Reach          `yaml:"database_manager"`     // who may use /web/database and the RPC of service db
	RPC               *Reach         `yaml:"rpc"`                  // who may call /xmlrpc, /jsonrpc, /json; nil: all
	LoginRate         string         `yaml:"login_rate"`           // as nginx: 60r/m; "off"; "" is DefaultLoginRate
	RPCRate           string         `yaml:"rpc_rate"`             // the same for RPC
	Static            *bool          `yaml:"static"`               // nginx serves modules' static files; nil: if all Odoos are on its host
	XSendfile         bool           `yaml:"x_sendfile"`           // nginx sends attachments for Odoo
	Include           LocalFile      `yaml:"include"`              // lines of the operator's own in the server block
	Locations         Locations      `yaml:"locations"`            // of the operator's own in the server block
	Maintenance       Maintenance    `yaml:"maintenance"`          // what it answers while no Odoo serves
	Pos               Pos            `yaml:"-"`
}

// Names are all names that nginx answers to, and that a certificate has to cover. The first is
// the one that others lead to.
func (n *Nginx) Names() []string { return slices.Concat(n.ServerNames, n.RedirectFrom) }

// Maintenance says what nginx answers during maintenance, while no Odoo of the deployment serves.
type Maintenance struct {
	Page  LocalFile      `yaml:"page"`  // HTML without other files; left out, odooctl's own page
	Allow []netip.Prefix `yaml:"allow"` // whose requests go to Odoo all the same
}

// The default rates for one client address. People behind one address log in at the same
// time in the morning; an attacker tries passwords all day. A program that makes one RPC
// call after the other is slowed down at the rate, and refused only far above it.
const (
	DefaultLoginRate = "60r/m"
	DefaultRPCRate   = "50r/s"
	RateOff          = "off"
)

// TLS says where the certificate comes from; at most one of the three sources is set. The
// zero value is plain HTTP.
type TLS struct {
	SelfSigned  bool   `yaml:"self_signed"`
	Certificate File   `yaml:"certificate"` // the server's own and its issuers, in PEM
	Key         Key    `yaml:"key"`
	ACME        *ACME  `yaml:"acme"`
	Profile     string `yaml:"profile"` // Mozilla's: ProfileIntermediate or ProfileModern; left out, intermediate
	Pos         Pos    `yaml:"-"`
}

// Enabled reports whether nginx speaks TLS.
func (t TLS) Enabled() bool { return t.SelfSigned || !t.Certificate.IsZero() || t.ACME != nil }

// The values of tls.profile, after Mozilla's "Server Side TLS" guideline.
const (
	ProfileIntermediate = "intermediate"
	ProfileModern       = "modern"
)

// ACME asks for certificates of an ACME authority such as Let's Encrypt (RFC 8555). Its
// terms of service are agreed to.
type ACME struct {
	Email   string `yaml:"email"`
	Server  string `yaml:"server"`  // address of the directory; see Directory
	CA      File   `yaml:"ca"`      // root of a private server's own certificate, in PEM
	Staging bool   `yaml:"staging"` // Let's Encrypt's test server, whose certificates no browser trusts
}

// Let's Encrypt's directories (letsencrypt.org/docs/acme-protocol-updates and
// /staging-environment).
const (
	letsEncrypt        = "https://acme-v02.api.letsencrypt.org/directory"
	letsEncryptStaging = "https://acme-staging-v02.api.letsencrypt.org/directory"
)

// Directory returns the address of the authority's directory (RFC 8555, section 7.1.1).
func (a ACME) Directory() string {
	switch {
	case a.Server != "":
		return a.Server
	case a.Staging:
		return letsEncryptStaging
	}
	return letsEncrypt
}
