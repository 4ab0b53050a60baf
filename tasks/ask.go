package tasks

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
)

// askFiles find the clusters of a host, and are what these are asked.
//
//go:embed ask
var askFiles embed.FS

// askFile returns one of them without its comments, for every plan sends it.
func askFile(name string) string {
	b, err := askFiles.ReadFile("ask/" + name)
	if err != nil {
		panic(err) // the program was built without it
	}
	return comments.ReplaceAllString(string(b), "")
}

var comments = regexp.MustCompile(`(?m)^(#|--) .*\n`)

// readClusters asks every running cluster for itself, its roles and databases in
// one statement, and databases for what Odoo has in them. Which clusters there are
// and how to reach them is read from files, since the port in the configuration may
// not be the one that is served.
func readClusters(settings, odoo []string) string {
	databases, modules := odooIn(odoo)
	var b strings.Builder
	for _, v := range [][2]string{
		{"claims", askFile("claims.sh")}, {"server", askFile("server.sql")}, {"modules", askFile("modules.sql")},
		{"asked", strings.Join(append([]string{"listen_addresses", "port"}, settings...), ",")},
	} {
		fmt.Fprintf(&b, "%s=%s\n", v[0], shell.Quote(v[1]))
	}
	b.WriteString("databases() {\n\t:\n")
	for _, db := range databases {
		fmt.Fprintf(&b, "\task_odoo %s\n", shell.Quote(db))
	}
	fmt.Fprintf(&b, "}\nwanted_modules() { wanted %s; }\n", shell.Words(modules...))
	return b.String() + askFile("clusters.sh")
}

// learnClusters takes in the answer to readClusters.
func (h *Host) learnClusters(parts map[string][]byte, odoo []string) error {
	h.clusters = nil
	databases, _ := odooIn(odoo)
	for n := 1; parts[fmt.Sprint(n, " cluster")] != nil; n++ {
		answers := map[string]string{} // by the name of the part
		for name, value := range parts {
			if of, what, _ := strings.Cut(name, " "); of == strconv.Itoa(n) {
				answers[what] = string(value)
			}
		}
		c, err := h.clusterOf(answers["cluster"])
		if err != nil {
			return err
		}
		h.clusters = append(h.clusters, c)
		h.before[key{kindUnit, c.Unit}] = unitOf(strings.Split(answers["unit"], "\n"))
		if !c.Running {
			continue
		}
		if err := c.learn(answers["server"], answers["said"]); err != nil {
			return err
		}
		for _, db := range databases {
			c.learnOdoo(db, answers)
		}
	}
	sort.Slice(h.clusters, func(i, j int) bool {
		a, b := h.clusters[i], h.clusters[j]
		if a.Major() != b.Major() {
			return a.Major() < b.Major()
		}
		return a.Name < b.Name
	})
	h.before[key{kindCluster, ""}] = answered{}
	return nil
}

// clusterNames are the versions and the names that clusters have. The folders that
// these are read from belong to the clusters' owner, who can make others.
var clusterNames = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?/[A-Za-z0-9._-]+$`)

// unfit are characters that no path of a cluster has. What stands in its files and
// what the server says of them is its owner's, and becomes part of programs for root.
func unfit(path string) bool {
	return strings.ContainsFunc(path, func(r rune) bool { return r < ' ' || r == 0x7f || strings.ContainsRune("'\"\\$`&;|<>()*?!", r) })
}

// clusterOf takes the lines of a cluster.
func (h *Host) clusterOf(lines string) (*Cluster, error) {
	f := strings.Split(strings.TrimSuffix(lines, "\n"), "\n")
	if len(f) != 8 || !clusterNames.MatchString(f[0]+"/"+f[1]) {
		return nil, fmt.Errorf("read PostgreSQL: a folder of its configuration has a name that is no version and no cluster's, or there is no PG_VERSION: %.300q; look at `ls -l /etc/postgresql/*`", lines)
	}
	c := &Cluster{h: h, Version: f[0], Name: f[1], Config: f[2], Data: f[3], Socket: f[5], Unit: f[6], Bin: f[7], HBA: f[2] + "/pg_hba.conf"}
	if unfit(c.Data) || unfit(c.Socket) {
		return nil, fmt.Errorf("read PostgreSQL %s: no cluster has its data at %q and its socket in %q: look at postgresql.conf in %s and at postmaster.pid in the data", c.ID(), c.Data, c.Socket, c.Config)
	}
	c.Port, _ = strconv.Atoi(f[4])
	c.Running = c.Port > 0
	return c, nil
}

// clusterJSON is what the server says of itself, as one value.
type clusterJSON struct {
	Number    int    `json:"version"`
	System    string `json:"system"`
	HBA       string `json:"hba"`
	Roles     map[string]role
	Databases map[string]database
	Settings  map[string]setting
}

// learn takes the server's answer apart. Where there is none, psql has said why.
func (c *Cluster) learn(answer, said string) error {
	var j clusterJSON
	if err := json.Unmarshal([]byte(answer), &j); err != nil {
		if said = strings.TrimSpace(said); said == "" {
			said = "nothing, and the answer is " + strconv.Quote(answer[:min(len(answer), 200)])
		}
		return fmt.Errorf("read PostgreSQL %s on port %d: psql said: %s", c.ID(), c.Port, said)
	}
	if unfit(j.HBA) {
		return fmt.Errorf("read PostgreSQL %s: no pg_hba.conf is at %q: look at hba_file in %s/postgresql.conf", c.ID(), j.HBA, c.Config)
	}
	c.Number, c.System, c.HBA = j.Number, j.System, path.Clean(j.HBA)
	c.Hosts = j.Settings["listen_addresses"].Value
	for name, r := range j.Roles {
		c.h.before[key{kindRole, c.ID() + " " + name}] = r
	}
	for name, d := range j.Databases {
		c.h.before[key{kindDatabase, c.ID() + " " + name}] = d
	}
	for name, s := range j.Settings {
		c.h.before[key{kindSetting, c.ID() + " " + name}] = s
	}
	return nil
}
