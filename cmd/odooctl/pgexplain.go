package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"github.com/spf13/cobra"

	"odooctl/playbooks/report"
	"odooctl/tasks"
	"odooctl/tasks/postgresql/hba"
)

type explainOptions struct {
	pgOptions
	from, user, database, name string
	roles                      []string
	ssl, replication           bool
}

func newPGExplain(u *ui) *cobra.Command {
	var o explainOptions
	c := &cobra.Command{
		Use:   "explain [INVENTORY DEPLOYMENT]",
		Short: "Say which line of a pg_hba.conf decides about a connection, and why no earlier one",
		Long: `Say which line of a pg_hba.conf decides about a connection, and why no earlier one
does. For a deployment, --user and --db default to its role and its first database.

Exit status:
  0    let in, once the client has authenticated as the line asks
  1    usage or inventory
  2    rejected: by a line, or because none matches
  3    undecided: an earlier line depends on something unknown (which roles the user
       is a member of: --member-of; a host name: --host-name), or the server does not
       load the file
  4    the host could not be reached`,
		Example: `odooctl pg explain mycompany --from 192.168.1.11
odooctl pg explain --file pg_hba.conf --pg-version 15 --from 10.2.3.4 --user odoo --db prod --ssl`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(c *cobra.Command, args []string) error { return runPGExplain(c.Context(), u, args, o) },
	}
	c.Flags().StringVar(&o.from, "from", "", "`address` of the client; \"local\" is the unix socket")
	c.Flags().StringVar(&o.user, "user", "", "`role` that logs in")
	c.Flags().StringVar(&o.database, "db", "", "`database` that it asks for")
	c.Flags().BoolVar(&o.ssl, "ssl", false, "the connection has TLS")
	c.Flags().BoolVar(&o.replication, "replication", false, "it is for physical replication")
	c.Flags().StringSliceVar(&o.roles, "member-of", nil, "`roles` that the user is a member of, comma-separated; '' for "+
		"none")
	c.Flags().StringVar(&o.name, "host-name", "", "`name` that the address resolves to, and that resolves to the address")
	o.flags(c)
	return c
}

func runPGExplain(ctx context.Context, u *ui, args []string, o explainOptions) error {
	conn, err := o.connection()
	if err != nil {
		return err
	}
	a, err := u.access(ctx, args, o.pgOptions)
	if err != nil {
		return err
	}
	conn.Interfaces = a.interfaces
	if d := a.deployment; d != nil {
		if conn.User == "" {
			conn.User = d.PostgreSQL.Role.Name
		}
		if conn.Database == "" && d.Odoo != nil && len(d.Odoo.Databases) > 0 {
			conn.Database = d.Odoo.Databases[0]
		}
	}
	if conn.User == "" || conn.Database == "" && !conn.Replication {
		return errors.New("pg explain: say who logs in to which database, with --user and --db")
	}
	d := report.NewExplainDocument(a.host, a.path, a.file, conn)
	if o.output.json() {
		if err := u.printJSON(d); err != nil {
			return err
		}
	} else {
		u.showExplanation(a, d)
	}
	a.warn(u)
	switch d.Answer {
	case "rejected":
		return codeError(exitFailed)
	case "unknown":
		return codeError(exitStale)
	}
	return nil
}

// connection is what the flags say about the client.
func (o *explainOptions) connection() (c hba.Conn, err error) {
	c = hba.Conn{User: o.user, Database: o.database, TLS: o.ssl, Replication: o.replication, HostName: o.name,
		Roles: o.roles}
	switch {
	case o.from == "":
		return c, errors.New("pg explain: say where the client is with --from: an address, or local for the unix socket")
	case o.from == "local" && o.ssl:
		return c, errors.New("--ssl: there is no TLS on the unix socket")
	case o.from == "local":
		return c, nil
	}
	if c.Address, err = netip.ParseAddr(o.from); err != nil {
		return c, fmt.Errorf("--from: %q is not an address: want one such as 10.2.3.4, or local for the unix socket", o.from)
	}
	if c.Address.Is4In6() {
		return c, fmt.Errorf("--from: %s is an IPv4 address in IPv6 form: write %s", o.from, c.Address.Unmap())
	}
	return c, nil
}

var verdictSigns = map[string]byte{"no match": '.', "unknown": '?', "match": '+', "error": 'E'}

// showExplanation prints each line up to the one that decides, and the answer.
func (u *ui) showExplanation(a *access, d *report.ExplainDocument) {
	c := d.Connection
	client := "the unix socket"
	if c.From != "" {
		client = c.From + " without TLS"
		if c.SSL {
			client = c.From + " with TLS"
		}
	}
	u.printf("%s\n%s to %s from %s\n", a.title(), c.User, c.Database, client)
	w := newTable()
	w.wraps = true
	for _, s := range d.Steps {
		sign := verdictSigns[s.Verdict]
		if s.Verdict == "match" && d.Method == "reject" {
			sign = 'E'
		}
		w.row(u.paint(sign, string(sign))+" "+a.at(s.FileName, s.LineNumber), tasks.Printable(s.Rule)+"\n  "+
			tasks.Printable(s.Why))
	}
	_ = w.write(u.out, u.width())
	if d.Method == "" {
		u.printf("no line matches: the server rejects (no pg_hba.conf entry)\n")
	}
	u.printf("answer: %s\n", d.Answer)
}
