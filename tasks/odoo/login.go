package odoo

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	"odooctl/inventory"
	"odooctl/remote/shell"
)

//go:embed login.py
var loginProgram string

// firstLogin is what login.py wants to know of a new database's administrator. Up to
// 11 that is the superuser himself; 12 made them two (addons/base/data/res_users_data.xml).
func firstLogin(major int, login inventory.AdminLogin) (string, error) {
	password, err := login.Password.Reveal()
	if err != nil {
		return "", err
	}
	text, err := json.Marshal([]string{adminUser(major), cmp.Or(login.Name, inventory.DefaultAdmin), password})
	return string(text), err
}

// setLogin is shell that gives it to that program, from the file "$1". A database whose
// administrator is still admin with the password admin does not count as set up:
// it is done again.
func (i Instance) setLogin(major int, database string) string {
	open := i.as() + " " + i.Program + " " + shell.Words("shell", "--config", i.Config, "--logfile=",
		"--database", database, noHTTP(major), "--workers=0", "--max-cron-threads=0")
	return fmt.Sprintf(`printf '%%s\n' %s | { %s; } 3<"$1" || {
	echo "UPDATE ir_module_module SET state = 'uninstalled' WHERE name = 'base'" | { %s; }
	exit 1
}
`, shell.Quote(strings.TrimSpace(loginProgram)), open, i.works(major, "sql", i.Config, database))
}
