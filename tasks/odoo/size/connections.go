package size

import (
	"fmt"

	"odooctl/tasks/odoo/conf"
)

// reserved is what PostgreSQL reserves for superusers by default.
const reserved = 3

// OtherConnections is what backups, monitoring and people need beside Odoo.
const OtherConnections = 10

// The minimum of connections per process: a worker needs its database and postgres;
// live chat one for each simultaneous poll.
const (
	leastWorker = 8
	leastChat   = 16
	defaultPool = 64
)

// connections keeps the pools of all processes within max_connections: each process has
// a pool of its own.
func (s *sizer) connections() {
	hosts := max(s.Hosts, 1)
	processes := (max(s.Workers, 1) + s.Cron) * hosts
	chat := s.Chat * hosts
	pool := int64(defaultPool)
	if s.Connections == 0 {
		s.option(Option{Name: MaxConn, Value: pool, Default: true,
			Why: fmt.Sprintf("Odoo's own default, per process: %d processes may open %d connections; say max_connections to "+
				"have it fitted", processes+chat, (processes+chat)*defaultPool)})
		return
	}
	budget := s.Connections - reserved - OtherConnections
	all := processes + chat + s.Sharing
	if all*defaultPool <= budget {
		s.option(Option{Name: MaxConn, Value: pool, Default: true,
			Why: fmt.Sprintf("Odoo's own default, per process: %d processes open at most %d of max_connections = %d",
				all, all*defaultPool, s.Connections)})
		return
	}
	need, share, separate := all*leastWorker, budget/all, conf.Has(MaxConnGev, s.Major) && chat > 0
	if separate {
		need = (processes+s.Sharing)*leastWorker + chat*leastChat
		share = (budget - chat*leastChat) / (processes + s.Sharing)
	}
	why := fmt.Sprintf("per process: max_connections = %d, less %d that PostgreSQL and others need, for %d processes",
		s.Connections, reserved+OtherConnections, all)
	got := s.option(Option{Name: MaxConn, Value: int64(min(max(share, leastWorker), defaultPool)), Why: why})
	if separate {
		s.option(Option{Name: MaxConnGev, Value: leastChat, Why: "live chat apart: it opens many at once"})
	}
	switch _, set := s.Set[MaxConn]; {
	case set && got*int64(all) > int64(budget):
		s.warn("db_maxconn = %d for %d processes is up to %d connections, and max_connections = %d leaves %d: PostgreSQL "+
			"may refuse some", got, all, got*int64(all), s.Connections, budget)
	case !set && share < leastWorker:
		s.warn("max_connections = %d is too small for %d processes of Odoo: want %d or more",
			s.Connections, all, need+reserved+OtherConnections)
	}
}
