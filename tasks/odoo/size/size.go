// Package size says how many processes an Odoo should have, and within which
// limits, from the users it serves and the machine it runs on:
//
//	s := size.Of(size.Machine{Cores: 4, Memory: 16 << 30}, size.Load{Major: 14, Users: 60})
//	// s.Workers 8, s.Cron 1, s.Memory about 3 GB
//
// Each number comes with the reason for it. The package does no I/O.
//
// Source: "Builtin server" of Odoo's deployment guide (10.0 to 19.0, the formulas
// never changed); what the limits do was read in odoo/service/server.py and
// odoo/sql_db.py.
package size

// The guide's numbers: what one worker serves, and the memory of a light and of a
// heavy request, of which every fifth is heavy.
const (
	usersPerWorker = 6
	light          = 150 << 20
	heavy          = 1024 << 20
	perProcess     = (light*8 + heavy*2) / 10
)

// Machine is what Odoo may use.
type Machine struct {
	Cores    int   // of the processors, not their threads
	Memory   int64 // bytes
	Database bool  // PostgreSQL takes its part of the memory
}

// Load is what an Odoo has to carry, and what its owner has already decided.
type Load struct {
	Major       int
	Users       int // concurrent; 0 = as many as the machine can serve
	Beside      int // processes that other Odoos want on the machine
	Connections int // max_connections of the server; 0 = not known
	Sharing     int // processes of other Odoos on that server
	Hosts       int // that run this Odoo; 0 = 1
	Set         map[string]int64
}

// Names of what Load.Set may hold, as odoo.conf of the newest Odoo has them.
const (
	Workers    = "workers"
	Cron       = "max_cron_threads"
	Soft       = "limit_memory_soft"
	Hard       = "limit_memory_hard"
	SoftChat   = "limit_memory_soft_gevent"
	HardChat   = "limit_memory_hard_gevent"
	Requests   = "limit_request"
	CPUTime    = "limit_time_cpu"
	RealTime   = "limit_time_real"
	MaxConn    = "db_maxconn"
	MaxConnGev = "db_maxconn_gevent"
)

// Sizing is what came out.
type Sizing struct {
	Workers  int      // HTTP workers; 0 = one process with threads
	Cron     int      // processes for scheduled jobs
	Chat     int      // processes for live chat, beside the others
	Memory   int64    // bytes that all of them are expected to take
	Options  []Option // for odoo.conf, workers and max_cron_threads first
	Warnings []string // what cannot work as it was set
}

// Option is one number with its reason.
type Option struct {
	Name    string
	Value   int64
	Why     string
	Set     bool // by the owner
	Default bool // of Odoo itself: there is no need to write it
}

// Of sizes an Odoo.
func Of(m Machine, l Load) Sizing {
	s := &sizer{Machine: m, Load: l}
	s.processes()
	s.memory()
	s.time()
	s.connections()
	return s.Sizing
}

type sizer struct {
	Machine
	Load
	Sizing
}

// option notes a number, or the owner's where it is set, and returns what holds.
func (s *sizer) option(o Option) int64 {
	if v, ok := s.Set[o.Name]; ok {
		o = Option{Name: o.Name, Value: v, Set: true, Why: "set in the inventory; it would be " + amount(o.Name, o.Value) + ": " + o.Why}
	}
	s.Options = append(s.Options, o)
	return o.Value
}
