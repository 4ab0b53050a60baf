package tasks

import (
	"strconv"
	"strings"
	"time"
)

// Condition is how a unit is, in a word.
type Condition string

// The conditions of a unit. Down are all but the first two.
const (
	Runs     Condition = "running"
	Starts   Condition = "starting"
	Failed   Condition = "failed"     // systemd has given it up
	Restarts Condition = "restarting" // it ends each time, and systemd starts it again
	Stopped  Condition = "stopped"
	Missing  Condition = "missing" // there is no such unit
)

// Health is how a unit was when the host was read.
type Health struct {
	Condition Condition
	Since     time.Time // of the condition; zero where systemd does not say
	Exit      string    // how it ended, of one that failed: exit 1, signal, timeout, at its start
	Count     int       // how often systemd has started it again by itself

	stale   bool  // systemd has not read its changed files
	started int64 // when its process started, in Unix seconds
}

// Down reports whether the unit neither runs nor is about to.
func (h Health) Down() bool { return h.Condition != Runs && h.Condition != Starts }

// Broken reports whether the unit ended by itself.
func (h Health) Broken() bool { return h.Condition == Failed || h.Condition == Restarts }

// unitProperties are what is asked of each unit.
const unitProperties = "LoadState,ActiveState,SubState,UnitFileState,NeedDaemonReload,Result,ExecMainStatus,NRestarts," +
	"ActiveEnterTimestampMonotonic,InactiveEnterTimestampMonotonic,ExecMainStartTimestampMonotonic"

// UnitProperties are the properties that KnowUnit takes, as systemctl show -p does.
func UnitProperties() string { return unitProperties }

// health is what systemd says of a unit, by its own clock.
type health struct {
	condition      Condition
	exit           string
	count          int
	stale          bool
	since, started int64 // microseconds since the machine started; 0 = not known
}

func healthOf(p map[string]string) (h health) {
	number := func(name string) int64 { n, _ := strconv.ParseInt(p[name], 10, 64); return n }
	h.count, h.stale = int(number("NRestarts")), p["NeedDaemonReload"] == "yes"
	h.since, h.started = number("InactiveEnterTimestampMonotonic"), number("ExecMainStartTimestampMonotonic")
	switch active := p["ActiveState"]; {
	case active == "activating" && strings.HasPrefix(p["SubState"], "auto-restart"):
		h.condition = Restarts
	case active == "activating":
		h.condition = Starts
	case runs(active, p["SubState"]):
		h.condition, h.since = Runs, number("ActiveEnterTimestampMonotonic")
	case active == "failed":
		h.condition = Failed
	default:
		h.condition = Stopped
	}
	if h.condition == Failed || h.condition == Restarts {
		switch h.exit = p["Result"]; {
		case h.exit == "exit-code" && number("ExecMainStatus") != 0:
			h.exit = "exit " + p["ExecMainStatus"]
		case h.exit == "exit-code": // nginx -t, which is run before nginx
			h.exit = "at its start"
		}
	}
	return h
}

// Health returns how the unit was when the host was read.
func (u *Unit) Health() Health {
	s, ok := u.h.before[key{kindUnit, u.name}].(unit)
	if !ok || u.h.facts == nil {
		return Health{Condition: Missing}
	}
	f, was := u.h.facts, s.health
	at := func(since int64) int64 { return f.Time - f.Uptime + since/1e6 }
	h := Health{Condition: was.condition, Exit: was.exit, Count: was.count, stale: was.stale}
	if was.since > 0 && f.Uptime > 0 {
		h.Since = time.Unix(at(was.since), 0).UTC()
	}
	if was.started > 0 && f.Uptime > 0 {
		h.started = at(was.started)
	}
	return h
}
