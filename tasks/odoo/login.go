package odoo

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"strings"

	"odooctl/inventory"
	"odooctl/remote/shell"
)

var (
	//go:embed login.py
	loginProgram string
	//go:embed login.sh
	loginShell string
)

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

// setLogin is shell that gives it to that program, from the file "$1".
func (i Instance) setLogin(major int, database string) string {
	open := i.as() + " " + i.Program + " " + shell.Words("shell", "--config", i.Config, "--logfile=",
		"--database", database, noHTTP(major), "--workers=0", "--max-cron-threads=0")
	return shell.Bare(loginShell) + "odoo_shell() { " + open + "; }\nsql() { " +
		i.works(major, "sql", i.Config, database) + "; }\n" +
		`set_login "$1" ` + shell.Quote(strings.TrimSpace(loginProgram)) + "\n"
}
