// Package version has the differences between the majors of Odoo, except for the
// options of odoo.conf, which are in the table of package conf:
//
//	v := version.Of(17)
//	line := "odoo " + v.NoHTTP
//
// To add a major, set inventory.NewestOdoo and add its differences to changes;
// CONTRIBUTING.md has the other steps.
package version

import "odooctl/inventory"

// First and Last are the supported majors.
const (
	First = inventory.OldestOdoo
	Last  = inventory.NewestOdoo
)

// Version describes a major of Odoo.
type Version struct {
	Major int

	// Supported minor versions of Python 3; 0: it runs on Python 2. It refuses to start
	// below the first (odoo/__init__.py, odoo/release.py; Odoo's documentation, "Source
	// install"); the last is the newest one that its requirements.txt has packages for.
	// Up to 13 the last is 3.9: Python 3.10 removed names that these versions import
	// from collections.
	FirstPython, LastPython int

	// Setuptools: it looks up packages with setuptools (odoo/modules/module.py,
	// pkg_resources).
	Setuptools bool

	// Flags of its command line (odoo/tools/config.py).
	NoHTTP, HTTPPort, NoDemo string

	// DemoIsBool: without_demo is True or False, and not a list of modules.
	DemoIsBool bool

	// Manifests are the possible names of a module's manifest, the newest first.
	Manifests []string

	// Hashes is the number of rounds in its hash of admin_passwd, passlib's
	// pbkdf2_sha512; 0: it compares the text itself. LeastHashes is the minimum for a
	// hash to be kept.
	Hashes, LeastHashes int

	// Admin is the XML ID of a new database's administrator.
	Admin string

	// Health is the request that it answers with 200 while it serves
	// (addons/web/controllers), and ChatHealth that of the process for live chat
	// (addons/bus/controllers). If it has no health endpoint, they are pages that need
	// no database.
	Health, ChatHealth Request

	// IPv6Workers: a server with workers can listen on an IPv6 address.
	IPv6Workers bool

	// Websocket says that live chat is a websocket, and no long poll.
	Websocket bool

	// XSendfile says that it leaves sending attachments to nginx where it is told to.
	XSendfile bool

	// GuideMemory says that the memory limits of the deployment guide's sample do for it,
	// which was made for Odoo 10 and 11.
	GuideMemory bool

	// Entry is how the application is made that a WSGI server runs.
	Entry Entry

	// ListDBClosesRPC says that list_db = False closes the RPC of service db too.
	ListDBClosesRPC bool

	// RPCModule says that XML-RPC and JSON-RPC are a module of their own, rpc.
	RPCModule bool

	// Filter is how it reads dbfilter; see package dbfilter.
	Filter byte
}

// Request is an HTTP request.
type Request struct{ Method, Path string }

// Entry is what the module has to do that makes the application of WSGI
// (odoo-wsgi.example.py of each major; from 19 on, odoo/http.py).
type Entry struct {
	MultiProcess bool // say that several processes share a database
	SetupLogging bool // ask config for the log
	SysPath      bool // make the folders of addons known before modules are loaded
	HTTPRoot     bool // take the application from odoo.http
	Initialize   bool // leave the rest to the application itself
}

// changes lists what each major has new, the oldest first.
var changes = []func(v *Version){
	func(v *Version) { // 10
		v.NoHTTP, v.HTTPPort, v.NoDemo = "--no-xmlrpc", "--xmlrpc-port", "--without-demo=all"
		v.Manifests = []string{"__manifest__.py", "__openerp__.py"}
		v.Setuptools = true
		v.Admin = "base.user_root"
		v.Health = Request{"POST", "/web/webclient/version_info"}
		v.ChatHealth = v.Health
		v.GuideMemory = true
		v.Entry.MultiProcess = true
		v.Filter = 'B'
	},
	func(v *Version) { // 11; the old flags are gone in 19
		v.NoHTTP, v.HTTPPort = "--no-http", "--http-port"
		v.FirstPython, v.LastPython = 5, 9
		v.Manifests = v.Manifests[:1]
		v.Hashes = 25_000
		v.ListDBClosesRPC = true
		v.Filter = 'C'
	},
	func(v *Version) { // 12
		v.Admin = "base.user_admin"
		v.GuideMemory = false
	},
	func(v *Version) { // 13
		v.FirstPython = 6
	},
	func(v *Version) { // 14
		v.LastPython = 10
		v.Entry.SysPath = true
	},
	func(v *Version) { // 15
		v.FirstPython, v.LastPython = 7, 12
		v.Health, v.ChatHealth = Request{"GET", "/web/health"}, Request{"GET", "/longpolling/health"}
	},
	func(v *Version) { // 16
		v.LastPython = 13
		v.Websocket, v.ChatHealth = true, Request{"GET", "/websocket/health"}
		v.XSendfile = true
		v.Entry.HTTPRoot = true
		v.Filter = 'D'
	},
	func(v *Version) { // 17
		v.FirstPython, v.LastPython = 10, 14
		v.Hashes, v.LeastHashes = 600_000, 600_000
		v.IPv6Workers = true
	},
	func(v *Version) { // 18
		v.Setuptools = false
		v.Entry.MultiProcess, v.Entry.SetupLogging = false, true
	},
	func(v *Version) { // 19
		v.NoDemo, v.DemoIsBool = "--without-demo=True", true
		v.RPCModule = true
		v.Entry.Initialize = true
		v.Filter = 'E'
	},
}

// Of returns the description of a major. One newer than Last counts as Last, and one
// older than First as First.
func Of(major int) Version {
	v := Version{Major: major}
	for since, change := range changes {
		if since == 0 || First+since <= major {
			change(&v)
		}
	}
	return v
}

// Python2 reports whether it runs on Python 2.
func (v Version) Python2() bool { return v.FirstPython == 0 }
