package tasks

import (
	"encoding/json"
	"fmt"
	"path"
	"sort"
	"strconv"
	"strings"
)

const (
	kindCluster  = "cluster"
	kindRole     = "role"
	kindDatabase = "database"
	kindSetting  = "setting"
)

// Cluster is one PostgreSQL server of a host.
type Cluster struct {
	h       *Host
	Version string // 15; 9.6 for the old numbering
	Name    string // main
	Unit    string // postgresql@15-main.service, postgresql-15.service
	Config  string // directory of its configuration
	Data    string // data directory
	Bin     string // directory of its programs
	Running bool
	Port    int
	Socket  string // directory of its socket; where it does not run, of the one that it will have
	HBA     string // path of pg_hba.conf
	System  string // system identifier
	Number  int    // server_version_num, 150013
	Hosts   string // listen_addresses that the server runs with
}

// Major returns the version as pg_hba and settings count it: 15, and 9 for 9.x.
func (c *Cluster) Major() int {
	n, _, _ := strings.Cut(c.Version, ".")
	m, _ := strconv.Atoi(n)
	return m
}

// ID names the cluster on its host: 15/main.
func (c *Cluster) ID() string { return c.Version + "/" + c.Name }

// Clusters returns the PostgreSQL servers of the host, oldest version first, or
// ErrUnread.
func (h *Host) Clusters() ([]*Cluster, error) {
	k := key{kindCluster, ""}
	if h.get(k) == nil && h.asked[k] {
		return nil, ErrUnread
	}
	return h.clusters, nil
}

// Ask has a setting of the host's PostgreSQL servers read together with the
// servers, so that Cluster.Setting takes no further round. What their
// configuration files set is read without asking.
func (h *Host) Ask(setting string) { h.get(key{kindSetting, strings.ToLower(setting)}) }

// AskOdoo has it read together with the servers what Odoo has in a database, so
// that Database.Odoo, and Database.Module of these modules, take no further round.
func (h *Host) AskOdoo(database string, modules ...string) {
	h.get(key{kindOdoo, database})
	for _, m := range modules {
		h.get(key{kindOdoo, database + " " + m})
	}
}

// answered marks a question that has no state of its own as answered.
type answered struct{}

func (answered) same(State) bool { return true }

// clusterJSON is what the server says of itself, in one row.
type clusterJSON struct {
	Number    int    `json:"version"`
	System    string `json:"system"`
	HBA       string `json:"hba"`
	Roles     map[string]role
	Databases map[string]database
	Settings  map[string]setting
}

// readClusters asks every running cluster for itself, its roles and databases in
// one statement. Which clusters there are and how to reach them is read from
// files, since the port in the configuration may not be the one that is served.
func readClusters(settings, odoo []string) string {
	sql := `select jsonb_build_object(
'version', current_setting('server_version_num')::int,
'system', (select system_identifier::text from pg_control_system()),
'hba', current_setting('hba_file'),
'roles', (select jsonb_object_agg(rolname, jsonb_build_object('super', rolsuper, 'createdb', rolcreatedb, 'createrole', rolcreaterole, 'login', rolcanlogin, 'replication', rolreplication, 'bypassrls', rolbypassrls, 'limit', nullif(rolconnlimit, -1)::text, 'until', rolvaliduntil::text, 'expired', coalesce(rolvaliduntil < now(), false), 'bootstrap', oid = 10, 'password', rolpassword)) from pg_authid where rolname !~ '^pg_'),
'databases', (select jsonb_object_agg(datname, jsonb_build_object('owner', pg_get_userbyid(datdba), 'encoding', pg_encoding_to_char(encoding), 'collate', datcollate, 'private', not has_database_privilege('public', oid, 'CONNECT'), 'clients', (select count(*) from pg_stat_activity where datid = d.oid and pid <> pg_backend_pid()))) from pg_database d where not datistemplate),
'settings', (select jsonb_object_agg(name, jsonb_build_object('value', setting, 'unit', unit, 'context', context, 'file', sourcefile, 'source', source, 'pending', pending_restart)) from pg_settings where source = 'configuration file' or name in (` + literals(append([]string{"listen_addresses", "port"}, settings...)) + `)))`
	return `# cluster VERSION NAME CONFIG DATA UNIT BIN
cluster() {
	data=$4 port= sock= l=
	if [ -r "$data/postmaster.pid" ]; then
		{ read -r pid; read -r l; read -r l; read -r port; read -r sock; } <"$data/postmaster.pid"
		[ -d "/proc/$pid" ] || port=
	fi
	[ -n "$sock" ] || sock=$(sed -n "s/^unix_socket_directories *=* *'\([^',]*\).*/\1/p" "$3/postgresql.conf" 2>/dev/null | tail -n 1)
	: "${sock:=/var/run/postgresql}"
	printf 'cluster\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$data" "$port" "$sock" "$5" "$6"
	printf 'unit\t'
	systemctl show --no-pager -p LoadState,ActiveState,UnitFileState -- "$5" | tr '\n' '\t'
	echo
	[ -n "$port" ] || return
	b=$6/psql; [ -x "$b" ] || b=psql
	printf 'json\t'
	as_postgres "$b" -XAtq -h "$sock" -p "$port" -d postgres -c ` + quote(strings.ReplaceAll(sql, "\n", " ")) + ` 2>&1 | tr '\n' ' '
	echo
` + readOdoo(odoo) + `}
` + layouts
}

// layouts finds the clusters: those of Debian's postgresql-common, then the one of
// RHEL's package and those of PGDG's.
const layouts = `for c in /etc/postgresql/*/*/postgresql.conf; do
	[ -r "$c" ] || continue
	d=${c%/*} n=${d##*/} v=${d%/*} v=${v##*/}
	data=$(sed -n "s/^data_directory *=* *'\([^']*\)'.*/\1/p" "$c" | tail -n 1)
	cluster "$v" "$n" "$d" "${data:-/var/lib/postgresql/$v/$n}" "postgresql@$v-$n.service" "/usr/lib/postgresql/$v/bin"
done
for d in /var/lib/pgsql/data /var/lib/pgsql/*/data; do
	[ -r "$d/PG_VERSION" ] && read -r v <"$d/PG_VERSION" || continue
	case $d in
	/var/lib/pgsql/data) cluster "$v" main "$d" "$d" postgresql.service /usr/bin ;;
	*) cluster "$v" main "$d" "$d" "postgresql-$v.service" "/usr/pgsql-$v/bin" ;;
	esac
done
`

func (h *Host) learnClusters(text string) error {
	h.clusters = nil
	var c *Cluster
	for line := range strings.Lines(text) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if c == nil && f[0] != "cluster" {
			continue
		}
		switch f[0] {
		case "cluster":
			if len(f) != 9 {
				return fmt.Errorf("read PostgreSQL: %q", line)
			}
			c = &Cluster{h: h, Version: f[1], Name: f[2], Config: f[3], Data: f[4], Socket: f[6], Unit: f[7], Bin: f[8], HBA: f[3] + "/pg_hba.conf"}
			c.Port, _ = strconv.Atoi(f[5])
			c.Running = c.Port > 0
			h.clusters = append(h.clusters, c)
		case "unit":
			h.before[key{kindUnit, c.Unit}] = unitOf(f[1:])
		case "json":
			if err := c.learn([]byte(strings.Join(f[1:], "\t"))); err != nil {
				return err
			}
		case "odoo":
			if err := c.learnOdoo(f[1:]); err != nil {
				return err
			}
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

// learn takes the row apart. Text instead of a row is psql's own complaint.
func (c *Cluster) learn(row []byte) error {
	var j clusterJSON
	if err := json.Unmarshal(row, &j); err != nil {
		return fmt.Errorf("read PostgreSQL %s on port %d: psql said: %s", c.ID(), c.Port, strings.TrimSpace(string(row)))
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

// state returns what is known of a thing in the cluster. The cluster's answer
// holds all roles and databases, so what is not in it does not exist.
func (c *Cluster) state(kind, name string) State {
	k := key{kind, c.ID() + " " + name}
	if s, ok := c.h.after[k]; ok {
		return s
	}
	return c.h.before[k]
}

func (c *Cluster) setState(kind, name string, s State) {
	k := key{kind, c.ID() + " " + name}
	if _, ok := c.h.before[k]; !ok {
		c.h.before[k] = nil
	}
	c.h.after[k] = s
}
