// Package size computes how many processes an Odoo should have, and within which
// limits, from its users and its machine:
//
//	s := size.Of(size.Machine{Cores: 4, Memory: 16 << 30}, size.Load{Major: 14, Users: 60})
//	// s.Workers 8, s.Cron 1, s.Memory about 3 GB
//
// Each number comes with the reason for it. The package does no I/O.
//
// Source: "Builtin server" of Odoo's deployment guide (10.0 to 19.0, the formulas never
// changed); the effect of the limits is from odoo/service/server.py and odoo/sql_db.py.
package size

// The guide's numbers: users per worker, and the memory of a light and of a heavy
// request, which every fifth is.
const (
	usersPerWorker = 6
	light          = 150 << 20
	heavy          = 1024 << 20
	perProcess     = (light*8 + heavy*2) / 10
)

// Machine is the resources for Odoo.
type Machine struct {
	Cores    int   // physical, not threads
	Memory   int64 // bytes
	Database bool  // PostgreSQL is on the same machine
}

// Load is what an Odoo has to serve, and what its owner has already set.
type Load struct {
	Major       int
	Users       int // concurrent; 0 = as many as the machine can serve
	Beside      int // processes of other Odoos on the machine
	Connections int // max_connections of the server; 0 = unknown
	Sharing     int // processes of other Odoos on that server
	Hosts       int // number of hosts that run this Odoo; 0 = 1
	Set         map[string]int64
}

// Names for Load.Set, as in odoo.conf of the newest Odoo.
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

// Sizing is the result.
type Sizing struct {
	Workers  int      // HTTP workers; 0 = one process with threads
	Cron     int      // processes for scheduled jobs
	Chat     int      // processes for live chat, beside the others
	Memory   int64    // expected memory of all of them, in bytes
	Options  []Option // for odoo.conf, workers and max_cron_threads first
	Warnings []string // settings of the owner that cannot work
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

// option records a number, or the owner's if it is set, and returns the one that
// applies.
func (s *sizer) option(o Option) int64 {
	if v, ok := s.Set[o.Name]; ok {
		o = Option{Name: o.Name, Value: v, Set: true,
			Why: "set in the inventory; it would be " + amount(o.Name, o.Value) + ": " + o.Why}
	}
	s.Options = append(s.Options, o)
	return o.Value
}
