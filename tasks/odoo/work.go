package odoo

import (
	_ "embed"
	"fmt"
	"strings"
)

//go:embed work.py
var work string

// once is shell that runs Odoo once on a database, to install or update modules:
// as its user, beside nobody else who does the same, and with its log read. Odoo
// logs to standard output here, whatever odoo.conf says.
func (i Instance) once(major int, database string, args ...string) string {
	line := []string{i.Program, "--config", i.Config, "--logfile=", "--database", "'" + database + "'", "--stop-after-init", noHTTP(major), "--workers=0", "--max-cron-threads=0"}
	return fmt.Sprintf("%s %s - %s '%s' %s <<'PY'\n%sPY\n", i.as(), i.python(major), i.Config, database, strings.Join(append(line, args...), " "), work)
}

// python is the interpreter that can import Odoo.
func (i Instance) python(major int) string {
	if i.Python != "" {
		return i.Python
	}
	return interpreter(major)
}
