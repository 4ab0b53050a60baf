// Package probe tests how a PostgreSQL would let a user log in, from the host that
// needs it and without a password: which method it wants, or why it refuses. It makes
// the shell that asks, and interprets the answer; it runs nothing.
//
//	d := probe.Door{From: "app1", Address: "192.168.1.2", Port: 5432, User: "odoo", Databases: []string{"mycompany",
//
// "postgres"}}
//
//	text := ... d.Shell() ...     // run on app1
//	err := d.Judge(text)          // nil: app1 may log in
package probe

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"

	"odooctl/remote/shell"
)

var (
	//go:embed probe.py
	program string
	//go:embed ask.sh
	canAsk string
)

// Door is a login to test.
type Door struct {
	From      string // the host that connects
	Address   string // the server's, as the client uses it; a directory for a unix socket
	Port      int
	User      string
	Databases []string
	TLS       bool // TLS required; else as with libpq's sslmode prefer

	// Verifier is the stored form of the user's password. The server sends its salt
	// before it wants the password, and no two servers have the same one: this
	// identifies the server. "" = any.
	Verifier string
}

// Shell prints the answers for a Door. It needs python3, which hosts with Odoo have;
// others report that they have none.
func (d Door) Shell() string {
	mode := "prefer"
	if d.TLS {
		mode = "require"
	}
	args := append([]string{"knock", d.Address, strconv.Itoa(d.Port), d.User, mode}, d.Databases...)
	return shell.Call(canAsk, "can_ask") + "\n" + run("exec python3 -I -S", args...)
}

// Identity is shell that tests whether a tunnel leads to the right server: it prints
// one line, WORD: TEXT, and succeeds if all is well. python is shell that runs a Python
// with psycopg2, config the odoo.conf with the login; host and port are the near end of
// the tunnel. system is the system identifier of the server on the host far; "-" if
// none runs there, and "" if it is not known yet: any is right. unit is the tunnel's, for messages.
func Identity(python, config, host string, port int, system, far, unit string) string {
	return run(python, "identity", config, host, strconv.Itoa(port), system, far, unit)
}

func run(python string, args ...string) string {
	return python + " -W ignore - " + shell.Words(args...) + " <<'END'\n" + program + "END\n"
}

// Check is Shell that fails, and prints the answers, if the user cannot log in to a
// database.
func (d Door) Check() string {
	return "t=$(" + d.Shell() + ") && case $t in *' unreachable '*|*' rejected '*) echo \"" + d.name() +
		":\"; echo \"$t\"; exit 1;; esac"
}

func (d Door) name() string { return fmt.Sprintf("PostgreSQL at %s", d.place()) }

func (d Door) place() string {
	if strings.HasPrefix(d.Address, "/") {
		return fmt.Sprintf("%s/.s.PGSQL.%d", d.Address, d.Port)
	}
	if strings.Contains(d.Address, ":") {
		return fmt.Sprintf("[%s]:%d", d.Address, d.Port)
	}
	return fmt.Sprintf("%s:%d", d.Address, d.Port)
}
