// Package probe asks a PostgreSQL how it would let a user in, from the host that
// needs it and without a password: which method it wants, or why it refuses. It
// makes the shell that asks, and says what an answer means; it runs nothing.
//
//	d := probe.Door{From: "app1", Address: "192.168.1.2", Port: 5432, User: "odoo", Databases: []string{"mycompany", "postgres"}}
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

//go:embed probe.py
var program string

// Door is where a host knocks.
type Door struct {
	From      string // the host that asks
	Address   string // of the server, as the client has it; a directory for a unix socket
	Port      int
	User      string
	Databases []string
	TLS       bool // only over TLS; else as libpq's sslmode prefer does it

	// Verifier is the stored form of the user's password. The server shows its salt
	// before it wants the password, and no two servers have the same: so the one
	// that answers is known to be the one that is meant. "" = any.
	Verifier string
}

// Shell prints the answers to the questions of a Door. It is for hosts that have
// python3, as those with Odoo do; others say that they have none.
func (d Door) Shell() string {
	mode := "prefer"
	if d.TLS {
		mode = "require"
	}
	args := append([]string{"knock", d.Address, strconv.Itoa(d.Port), d.User, mode}, d.Databases...)
	return "command -v python3 >/dev/null || { echo 'unasked no python3'; exit; }\n" + run("python3 -I -S", args...)
}

// Identity is shell that tells whether a tunnel leads to the server that is meant: the
// text is one line, WORD: TEXT, and it succeeds where all is well. Python is shell that
// runs a Python with psycopg2, config the odoo.conf with the login; host and port are
// the near end of the tunnel. System identifies the server on the host far; "-" where
// none runs there. Unit is the tunnel's, for the words.
func Identity(python, config, host string, port int, system, far, unit string) string {
	return run(python, "identity", config, host, strconv.Itoa(port), system, far, unit)
}

func run(python string, args ...string) string {
	return python + " -W ignore - " + shell.Words(args...) + " <<'END'\n" + program + "END\n"
}

// Check is Shell that fails, with the answers, where a database is not open to the
// user.
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
