package main

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"odooctl/inventory"
	"odooctl/playbooks/report"
	"odooctl/tasks/odoo"
	"odooctl/tasks/odoo/dbfilter"
)

type dbfilterOptions struct {
	output    output
	odoo      string
	filter    string
	databases []string
	names     []string
	host      string
	given     func(flag string) bool
}

func newDBFilter(u *ui) *cobra.Command {
	var o dbfilterOptions
	c := &cobra.Command{
		Use:   "dbfilter [INVENTORY DEPLOYMENT]",
		Short: "Say which databases Odoo shows under which host name; touches no host",
		Long: `Say which databases Odoo shows under which host name, as that version of Odoo
does it. For a deployment it shows each server name, or the --host; the databases are
those that the inventory gives to the same role. Without an inventory the flags say
what odoo.conf would. No host is touched.

Exit status: 0 answered, 1 not answered: Odoo or odooctl rejects the filter.`,
		Example: `odooctl dbfilter mycompany --host www.mycompany.com
odooctl dbfilter --odoo 16.0 --dbfilter '^%d$' --databases a,b --host a.example.com`,
		Args: cobra.RangeArgs(0, 2),
		RunE: func(c *cobra.Command, args []string) error {
			o.given = c.Flags().Changed
			switch len(args) {
			case 0:
				return runDBFilter(u, o)
			case 1:
				return errors.New("dbfilter: name the deployment after the inventory")
			}
			return runDBFilterOf(u, args[0], args[1], o)
		},
	}
	c.Flags().StringVar(&o.odoo, "odoo", "", "`version` of Odoo: 16.0, or a build such as 10.0-20180117")
	c.Flags().StringVar(&o.filter, "dbfilter", "", "the `expression`")
	c.Flags().StringSliceVar(&o.databases, "databases", nil, "the `names` of the databases on the server, comma-separated")
	c.Flags().StringSliceVar(&o.names, "db-name", nil, "the `names` in db_name, comma-separated")
	c.Flags().StringVar(&o.host, "host", "", "host `name` that the browser asks for, with or without a port")
	o.output.flags(c)
	return c
}

// runDBFilter answers from flags alone.
func runDBFilter(u *ui, o dbfilterOptions) error {
	for _, flag := range []string{"odoo", "databases", "host"} {
		if !o.given(flag) {
			return fmt.Errorf("dbfilter: without an inventory, say --odoo, --databases and --host; --%s is missing", flag)
		}
	}
	s, err := dbfilter.Of(o.odoo)
	if err != nil {
		return err
	}
	r := dbfilter.Rule{Semantics: s, Filter: s.Default(), Names: trimmed(o.names)}
	if o.given("dbfilter") {
		r.Filter = o.filter
	}
	return u.showDatabases(r, o.host, trimmed(o.databases), o.output)
}

// runDBFilterOf answers for a deployment.
func runDBFilterOf(u *ui, file, name string, o dbfilterOptions) error {
	inv, err := u.load(file)
	if err != nil {
		return err
	}
	d, err := inv.FindDeployment(name, inventory.RoleOdoo)
	if err != nil {
		return err
	}
	version := cmp.Or(o.odoo, d.Odoo.Version)
	if version == "" {
		version = fmt.Sprint(inventory.NewestOdoo)
		u.warnf("%s: the inventory does not say which Odoo %s has: taken for %s; say --odoo", d.Odoo.Pos, name, version)
	}
	r, err := odoo.Rule(d, version)
	if err != nil {
		return err
	}
	if o.given("dbfilter") {
		r.Filter = o.filter
	}
	if o.given("db-name") {
		r.Names = trimmed(o.names)
	}
	databases := odoo.Listed(d)
	if o.given("databases") {
		databases = trimmed(o.databases)
	}
	if o.given("host") {
		return u.showDatabases(r, o.host, databases, o.output)
	}
	return u.showNames(d, r, databases, o.output)
}

// trimmed removes the blanks around names, as Odoo does.
func trimmed(names []string) (out []string) {
	for _, name := range names {
		out = append(out, strings.TrimSpace(name))
	}
	return out
}

// showDatabases prints what one host name shows.
func (u *ui) showDatabases(r dbfilter.Rule, host string, databases []string, form output) error {
	if strings.ContainsAny(host, "/ ") {
		return fmt.Errorf("host %q: want the name alone, such as www.mycompany.com", host)
	}
	shown, err := r.Databases(host, databases)
	if err != nil {
		return err
	}
	if form.json() {
		return u.printJSON(report.NewDBFilterDocument(map[string][]string{host: shown}))
	}
	for _, name := range shown {
		u.printf("%s\n", name)
	}
	if len(shown) == 0 {
		fmt.Fprintf(u.err, "%s shows none of %s\n", host, strings.Join(databases, ", "))
	}
	return nil
}

// showNames prints the databases that each server name of a deployment shows.
func (u *ui) showNames(d *inventory.Deployment, r dbfilter.Rule, databases []string, form output) error {
	names := odoo.ServerNames(d)
	if len(names) == 0 {
		return fmt.Errorf("%s: deployment %s has no server names of nginx: say --host", d.Pos, d.Name)
	}
	hosts := map[string][]string{}
	for _, name := range names {
		shown, err := r.Databases(name, databases)
		if err != nil {
			return err
		}
		hosts[name] = shown
	}
	if form.json() {
		return u.printJSON(report.NewDBFilterDocument(hosts))
	}
	w := newTable()
	w.wraps = true
	for _, name := range names {
		w.row(name, cmp.Or(strings.Join(hosts[name], " "), "-"))
	}
	return w.write(u.out, u.width())
}
