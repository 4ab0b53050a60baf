package odoo

import "odooctl/tasks/odoo/version"

// noHTTP is the flag of Odoo that disables its HTTP server.
func noHTTP(major int) string { return version.Of(major).NoHTTP }

func httpPort(major int) string { return version.Of(major).HTTPPort }

// healthOf returns the health endpoint of a version.
func healthOf(major int) health {
	r := version.Of(major).Health
	return health{r.Method, r.Path}
}

// chatHealthOf is the same for the process for live chat.
func chatHealthOf(major int) health {
	r := version.Of(major).ChatHealth
	return health{r.Method, r.Path}
}

// adminUser is the XML ID of a new database's administrator.
func adminUser(major int) string { return version.Of(major).Admin }

// needsSetuptools reports whether the Odoo looks up packages with setuptools.
func (i Instance) needsSetuptools() bool { return version.Of(i.Odoo.Major()).Setuptools }

// interpreter is what Odoo's package runs on.
func interpreter(major int) string {
	if version.Of(major).Python2() {
		return "python2"
	}
	return "python3"
}
