package odoo

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"odooctl/remote/shell"
	"odooctl/tasks"
	"odooctl/tasks/postgresql/cluster"
)

// askedKind is the kind of the questions: DATABASE, or DATABASE MODULE.
const askedKind = "odoo"

// The modules in databases are read together with their servers.
var (
	//go:embed installed.sql
	modulesSQL string
	//go:embed installed.sh
	modulesShell string

	asked = cluster.Within(cluster.Query{Kind: askedKind, Shell: askModules, Learn: learnModules})
	// known has the answers, by cluster and database.
	known = &tasks.Kind{Name: "odoo modules"}
)

func init() { tasks.RegisterKinds(known) }

// installed is what Odoo has installed in a database.
type installed struct {
	modules map[string]module // those that were asked for
	unread  string            // why it is unknown
}

// Same implements tasks.State; only Odoo itself changes it.
func (installed) Same(tasks.State) bool { return true }

// module is a row of ir_module_module.
type module struct{ State, Version string }

// ask requests what Odoo has in a database, and these modules of it, together with the
// servers, so that baseOf and moduleOf take no further round.
func ask(h *tasks.Host, database string, modules ...string) {
	asked.Get(h, database)
	for _, m := range modules {
		asked.Get(h, database+" "+m)
	}
}

// baseOf returns the installed version of Odoo's base module in the database, such as
// 14.0.1.3; "" if there is none or it was not asked yet. It fails if that is unknown: a
// database that is mistaken for an empty one would be set up again.
func baseOf(c *cluster.Cluster, database string) (version string, err error) {
	state, version := moduleOf(c, database, "base")
	if s := installedIn(c, database); s.unread != "" {
		return "", fmt.Errorf("what Odoo has in database %s of %s (PostgreSQL %s, owner %s) is unknown: %s",
			database, c.Host().Name, c.ID(), c.Database(database).Owner(), s.unread)
	}
	if state == "installed" || state == "to upgrade" {
		return version, nil
	}
	return "", nil
}

// moduleOf returns a module's state in the database, such as installed, and its
// installed version. Both are "" if Odoo does not know the module, or it was not read.
func moduleOf(c *cluster.Cluster, database, name string) (state, version string) {
	if name == "base" {
		ask(c.Host(), database)
	} else {
		ask(c.Host(), database, name)
	}
	m := installedIn(c, database).modules[name]
	return m.State, m.Version
}

func installedIn(c *cluster.Cluster, database string) installed {
	s, _ := known.Was(c.Host(), c.ID()+" "+database).(installed)
	return s
}

// askModules is the program that queries the databases for their modules.
func askModules(questions []string) string {
	databases, modules := wantedOf(questions)
	text := "modules=" + shell.Quote(cluster.Bare(modulesSQL)) + "\ndatabases() {\n\t:\n"
	for _, db := range databases {
		text += "\task_odoo " + shell.Quote(db) + "\n"
	}
	return text + "}\nwanted_modules() { wanted " + shell.Words(modules...) + "; }\n" + cluster.Bare(modulesShell)
}

// wantedOf lists the databases to query, and the modules that are of interest in any of
// them.
func wantedOf(questions []string) (databases, modules []string) {
	modules = []string{"base"}
	for _, q := range questions {
		db, name, named := strings.Cut(q, " ")
		if !slices.Contains(databases, db) {
			databases = append(databases, db)
		}
		if named && !slices.Contains(modules, name) {
			modules = append(modules, name)
		}
	}
	return databases, modules
}

// mostOfRow limits a row in the answer: module, state and version.
const mostOfRow = 1000

// learnModules parses the answers of a server's databases: what the table of modules
// is, and rows of it.
func learnModules(a tasks.Answers, c *cluster.Cluster, said map[string]string) {
	databases, _ := wantedOf(a.Of(askedKind))
	for _, name := range databases {
		if slices.Contains(c.Databases(), name) {
			a.Know(known.Name, c.ID()+" "+name, modulesOf(name, said))
		}
	}
}

func modulesOf(name string, said map[string]string) installed {
	head, rows, _ := strings.Cut(said["odoo "+name], "\n")
	var table struct {
		Kind string `json:"kind"`
		Text bool   `json:"text"`
	}
	_, done := said["odoo.done "+name]
	var d installed
	switch wrong := head != "" && json.Unmarshal([]byte(head), &table) != nil; {
	case !done || wrong:
		words := strings.Join(strings.Fields(said["odoo.said "+name]), " ")
		d.unread = "psql said: " + cmp.Or(words, "nothing")
	case head == "":
	case table.Kind != "r":
		what := "of kind " + strconv.Quote(table.Kind) + " (pg_class.relkind)"
		if table.Kind == "v" {
			what = "a view"
		}
		d.unread = fmt.Sprintf("public.ir_module_module is %s, and Odoo's own is a table. odooctl asks no other: that "+
			"would run what its owner has put there. Look at it with \\d+ public.ir_module_module in psql", what)
	case !table.Text:
		d.unread = "in public.ir_module_module the columns name, state and latest_version are not of plain text, as Odoo's " +
			"own are. Look at it with \\d+ public.ir_module_module in psql"
	}
	d.modules = map[string]module{}
	for row := range strings.Lines(rows) {
		f := strings.Split(strings.TrimSuffix(row, "\n"), "\t")
		if len(f) != 3 || len(row) > mostOfRow {
			d.unread = fmt.Sprintf("a row of public.ir_module_module is no module of Odoo's: %.200q", row)
			break
		}
		d.modules[copied(f[0])] = module{State: copied(f[1]), Version: copied(f[2])}
	}
	return d
}

// copied parses a value as COPY writes it (PostgreSQL, COPY, "Text Format"); NULL is
// "".
func copied(value string) string {
	if value == `\N` {
		return ""
	}
	return unescape.Replace(value)
}

var unescape = strings.NewReplacer(`\\`, `\`, `\t`, "\t", `\n`, "\n", `\r`, "\r", `\b`, "\b", `\f`, "\f", `\v`, "\v")
