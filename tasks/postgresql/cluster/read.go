package cluster

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"odooctl/remote/shell"
	"odooctl/tasks"
)

// askFiles are the programs and queries that find the clusters of a host and read them.
//
//go:embed ask
var askFiles embed.FS

var (
	claims  = askFile("claims.sh")
	program = askFile("clusters.sh")
	server  = askFile("server.sql")
)

func askFile(name string) string {
	b, err := askFiles.ReadFile("ask/" + name)
	if err != nil {
		panic(err) // missing from the build
	}
	return Bare(string(b))
}

var comments = regexp.MustCompile(`(?m)^(#|--) .*\n`)

// Bare is a program or a query without its comments, because every plan sends it.
func Bare(text string) string { return comments.ReplaceAllString(text, "") }

// Query is a query of another package in databases of every running server, read
// together with the server itself.
type Query struct {
	Kind string // of the questions that tasks ask; see Within

	// Shell returns the program that asks. It can use the functions of ask/clusters.sh,
	// and begins each part of the answer by "$nth ".
	Shell func(questions []string) string

	// Learn stores one server's answer, given by the names of the parts without "$nth
	// ".
	Learn func(a tasks.Answers, c *Cluster, said map[string]string)
}

var queries []Query

// Within registers a query, and returns the kind of its questions. Call it when the
// package is initialized.
func Within(q Query) *tasks.Kind {
	k := &tasks.Kind{Name: q.Kind, With: "cluster"}
	tasks.RegisterKinds(k)
	queries = append(queries, q)
	return k
}

// read queries every running cluster, with its roles and databases, in one statement.
// Which clusters there are and how to reach them is read from files, since the
// configured port may not be the one in use.
func read(a tasks.Asked) string {
	if len(a.Of("cluster")) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString(tasks.Rights + postgresVerbs)
	asked := strings.Join(append([]string{"listen_addresses", "port"}, a.Of("setting")...), ",")
	for _, v := range [][2]string{{"claims", claims}, {"server", server}, {"asked", asked},
		{"properties", tasks.UnitProperties()}} {
		fmt.Fprintf(&b, "%s=%s\n", v[0], shell.Quote(v[1]))
	}
	b.WriteString("more() {\n:\n")
	for _, q := range queries {
		if questions := a.Of(q.Kind); len(questions) > 0 {
			b.WriteString(q.Shell(questions))
		}
	}
	return b.String() + "}\n" + program
}

// learn parses the answer to read.
func learn(h *tasks.Host, a tasks.Answers) error {
	if len(a.Of("cluster")) == 0 {
		return nil
	}
	var all []*Cluster
	for n := 1; ; n++ {
		said := a.Below(strconv.Itoa(n))
		lines, is := said["cluster"]
		if !is {
			break
		}
		c, err := clusterOf(h, lines)
		if err != nil {
			return err
		}
		all = append(all, c)
		a.KnowUnit(c.Unit, said["unit"])
		if !c.Running {
			continue
		}
		if err := c.learn(a, said["server"], said["said"]); err != nil {
			return err
		}
		for _, q := range queries {
			if len(a.Of(q.Kind)) > 0 {
				q.Learn(a, c, said)
			}
		}
	}
	sort.Slice(all, func(i, j int) bool {
		if all[i].Major() != all[j].Major() {
			return all[i].Major() < all[j].Major()
		}
		return all[i].Name < all[j].Name
	})
	a.Know("cluster", "", list{all})
	return nil
}

// clusterNames matches the versions and names of clusters. They are names of folders
// that belong to the clusters' owner, who can create others.
var clusterNames = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?/[A-Za-z0-9._-]+$`)

// unfit reports whether a path has characters that no cluster's path has. Paths in its
// files and from the server are controlled by its owner, and become part of programs
// that root runs.
func unfit(path string) bool {
	return strings.ContainsFunc(path,
		func(r rune) bool { return r < ' ' || r == 0x7f || strings.ContainsRune("'\"\\$`&;|<>()*?!", r) })
}

// clusterOf parses the lines of a cluster.
func clusterOf(h *tasks.Host, lines string) (*Cluster, error) {
	f := strings.Split(strings.TrimSuffix(lines, "\n"), "\n")
	if len(f) != 8 || !clusterNames.MatchString(f[0]+"/"+f[1]) {
		return nil, fmt.Errorf("read PostgreSQL: a folder of its configuration has a name that is no version and no "+
			"cluster's, or there is no PG_VERSION: %.300q; look at `ls -l /etc/postgresql/*`", lines)
	}
	c := &Cluster{h: h, Version: f[0], Name: f[1], Config: f[2], Data: f[3], Socket: f[5], Unit: f[6], Bin: f[7],
		HBA: f[2] + "/pg_hba.conf"}
	if c.Data == "" || unfit(c.Data) || unfit(c.Socket) {
		return nil, fmt.Errorf("read PostgreSQL %s: no cluster has its data at %q and its socket in %q: look at "+
			"postgresql.conf in %s and at postmaster.pid in the data", c.ID(), c.Data, c.Socket, c.Config)
	}
	c.Port, _ = strconv.Atoi(f[4])
	c.Running = c.Port > 0
	return c, nil
}

// clusterJSON is the server's answer, as one value.
type clusterJSON struct {
	Number    int    `json:"version"`
	Loaded    int64  `json:"loaded"`
	System    string `json:"system"`
	HBA       string `json:"hba"`
	Config    string `json:"config"`
	Data      string `json:"data"`
	Roles     map[string]role
	Databases map[string]database
	Settings  map[string]setting
}

// learn parses the server's answer. If there is none, psql has reported the reason.
func (c *Cluster) learn(a tasks.Answers, answer, said string) error {
	var j clusterJSON
	if err := json.Unmarshal([]byte(answer), &j); err != nil {
		if said = strings.TrimSpace(said); said == "" {
			said = "nothing, and the answer is " + strconv.Quote(answer[:min(len(answer), 200)])
		}
		return fmt.Errorf("read PostgreSQL %s on port %d: psql said: %s", c.ID(), c.Port, said)
	}
	if unfit(j.HBA) {
		return fmt.Errorf("read PostgreSQL %s: no pg_hba.conf is at %q: look at hba_file in %s/postgresql.conf",
			c.ID(), j.HBA, c.Config)
	}
	c.Number, c.System, c.HBA, c.Loaded = j.Number, j.System, path.Clean(j.HBA), j.Loaded
	c.Runs, c.Has = path.Clean(j.Config), path.Clean(j.Data)
	c.Hosts = j.Settings["listen_addresses"].Value
	for name, r := range j.Roles {
		r.of = c
		a.Know("role", c.key(name), r)
	}
	for name, d := range j.Databases {
		d.of = c
		a.Know("database", c.key(name), d)
	}
	for name, s := range j.Settings {
		a.Know("setting", c.key(name), s)
	}
	return nil
}
