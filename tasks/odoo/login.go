package odoo

import (
	"encoding/json"
	"fmt"

	"odooctl/inventory"
	"odooctl/remote/shell"
)

// firstLogin is a program for `odoo shell` that sets login and password of a new
// database's administrator, through Odoo's ORM. Up to 11 that is the superuser; since
// 12 they are two users (addons/base/data/res_users_data.xml).
func firstLogin(major int, login inventory.AdminLogin) (string, error) {
	password, err := login.Password.Reveal()
	if err != nil {
		return "", err
	}
	name := login.Name
	if name == "" {
		name = inventory.DefaultAdmin
	}
	return fmt.Sprintf("env.ref('%s').write({'login': u%s, 'password': u%s})\nenv.cr.commit()\n",
		adminUser(major), literal(name), literal(password)), nil
}

// literal quotes a text as JSON, which is a valid Python literal.
func literal(text string) string {
	b, err := json.Marshal(text)
	if err != nil {
		panic(err) // every string can be encoded
	}
	return string(b)
}

// setLogin is shell that runs that program, from the file "$1". A database whose
// administrator is still admin with the password admin does not count as set up: it is
// done again.
func (i Instance) setLogin(major int, database string) string {
	open := i.as() + " " + i.Program + " " + shell.Words("shell", "--config", i.Config, "--logfile=",
		"--database", database, noHTTP(major), "--workers=0", "--max-cron-threads=0")
	return fmt.Sprintf(`{ %s; } <"$1" || {
	echo "UPDATE ir_module_module SET state = 'uninstalled' WHERE name = 'base'" | { %s; }
	exit 1
}
`, open, i.works(major, "sql", i.Config, database))
}
