package postgresql

import (
	_ "embed"
	"path"
	"strconv"
	"strings"

	"odooctl/tasks"
	"odooctl/tasks/postgresql/cluster"
	"odooctl/tasks/postgresql/conf"
	"odooctl/tasks/postgresql/hba"
)

//go:embed doubts.sh
var doubtsShell string

const kindDoubted = "hba doubted"

// The lines of pg_hba.conf that a server loads and warns of: the question, and the answers by
// cluster.
var (
	doubts = cluster.Within(cluster.Query{
		Kind:  "hba doubts",
		Shell: func([]string) string { return cluster.Bare(doubtsShell) },
		Learn: func(a tasks.Answers, c *cluster.Cluster, said map[string]string) {
			a.Know(kindDoubted, c.ID(), text(said["hba doubts"]))
		},
	})
	doubted = &tasks.Kind{Name: kindDoubted}
)

func init() { tasks.RegisterKinds(doubted) }

// text is what a server printed.
type text string

// Same implements tasks.State; no plan changes it.
func (text) Same(tasks.State) bool { return true }

// Watch asks for what Services tells, in one round, and changes nothing.
type Watch struct{}

// Plan implements tasks.Task.
func (Watch) Plan(h *tasks.Host) error {
	if len(h.PostgreSQLOf()) == 0 {
		return nil
	}
	doubts.Get(h, "")
	cluster.Ask(h, "max_connections")
	for _, dir := range configurations {
		(&server{Cluster: &cluster.Cluster{Config: path.Clean(dir), HBA: dir + "pg_hba.conf"}}).use().Watch(h)
	}
	list, _ := servers(h) // the plan says why there are none
	for _, s := range list {
		tasks.Use{Unit: s.Unit}.Watch(h)
	}
	return nil
}

// use is what the server reads, and when it did.
func (s *server) use() tasks.Use {
	return tasks.Use{Unit: s.Unit, Since: s.Loaded, Files: []string{s.Config + "/postgresql.conf",
		s.Config + "/conf.d/" + conf.FileName, s.HBA, s.Config + "/" + hba.IncludedFile}}
}

// Watched is a PostgreSQL server that deployments use.
type Watched struct {
	tasks.Service
	Cluster     string // 15/main
	Deployments []string
	Port        int // 0 = it does not run
	Connections int // of clients to its databases
	Most        int // max_connections
}

// Services tells how the servers of a host are that deployments use. One that is not there is
// missing.
func Services(h *tasks.Host) (all []Watched) {
	at := map[string]int{}
	for _, d := range h.PostgreSQLOf() {
		c, err := Server(h, d)
		if err != nil {
			c = &cluster.Cluster{}
		}
		i, known := at[c.ID()]
		if !known {
			i = len(all)
			at[c.ID()] = i
			all = append(all, (&server{Cluster: c}).service(h))
		}
		all[i].Deployments = append(all[i].Deployments, d.Name)
	}
	return all
}

func (s *server) service(h *tasks.Host) Watched {
	if s.Unit == "" {
		return Watched{Service: tasks.Service{Health: tasks.Health{Condition: tasks.Missing}}}
	}
	is := Watched{Service: s.use().Service(h), Cluster: s.ID(), Port: s.Port}
	if !s.Running {
		if !is.Down() {
			is.Condition = tasks.Stopped // systemd may not know that the server of its unit has ended
		}
		return is
	}
	for _, name := range s.Databases() {
		is.Connections += s.Database(name).Clients()
	}
	if v, ok := s.Setting("max_connections"); ok {
		is.Most, _ = strconv.Atoi(v.Value)
	}
	if due := s.Due(); len(due) > 0 {
		is.Drift = append(is.Drift, "PostgreSQL "+s.ID()+" still runs with the old "+strings.Join(due, ", ")+
			": a restart is due")
	}
	said, _ := doubted.Was(h, s.ID()).(text)
	for line := range strings.Lines(string(said)) {
		is.Drift = append(is.Drift, s.HBA+", "+tasks.Printable(strings.TrimSpace(line)))
	}
	return is
}
