package odoo

import (
	_ "embed"
	"strings"

	"odooctl/remote/shell"
)

// Queries to an Odoo, and work in its databases, by its own Python.
var (
	//go:embed ask.py
	askProgram string
	//go:embed work.py
	workProgram string
)

// asks is shell that queries the Odoo; ask.py documents the arguments.
func (i Instance) asks(python string, args ...string) string { return i.runs(python, askProgram, args) }

// works is shell that works on a database of the Odoo; see work.py.
func (i Instance) works(major int, args ...string) string {
	return i.runs(i.python(major), workProgram, args)
}

func (i Instance) runs(python, program string, args []string) string {
	return i.as() + " " + python + " -W ignore -c " + shell.Quote(strings.TrimSpace(program)) + " " +
		shell.Words(args...)
}

// once is shell that runs Odoo once on a database, to install or update modules: as its
// user, with a lock against a second one, and with its log checked. Odoo logs to
// standard output here, whatever odoo.conf says.
func (i Instance) once(major int, database string, args ...string) string {
	line := append([]string{"run", i.Config, database}, strings.Fields(i.Program)...)
	line = append(line, "--config", i.Config, "--logfile=", "--database", database,
		"--stop-after-init", noHTTP(major), "--workers=0", "--max-cron-threads=0")
	return i.works(major, append(line, args...)...) + " </dev/null\n"
}

// python is the interpreter that can import Odoo.
func (i Instance) python(major int) string {
	if i.Python != "" {
		return i.Python
	}
	return interpreter(major)
}
