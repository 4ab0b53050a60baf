package postgresql

import (
	"fmt"
	"slices"
	"strings"

	"odooctl/tasks"
	"odooctl/tasks/postgresql/cluster"
	"odooctl/tasks/postgresql/conf"
)

// notify asks for a restart where a changed setting takes one or the server still
// runs with another value, else for a reload.
func (s *server) notify(h *tasks.Host, old string, want []conf.Setting) {
	was := conf.Parse(old)
	var restart, reload []string
	now := map[string]string{}
	for _, w := range want {
		now[w.Name] = w.Value
		r, _ := s.Setting(w.Name)
		e, had := was.Lookup(w.Name)
		same := had && e.Value == w.Value
		from := s.masked(r, same && !r.Pending)
		if from != "" {
			h.Warn("%s of PostgreSQL %s comes from %s, not from %s: %s",
				w.Name, s.ID(), from, s.own(), unmask(r, w.Name))
		}
		switch {
		case same && (!r.Pending || from != ""):
		case r.Context == "postmaster" && from == "":
			restart = append(restart, w.Name+" takes a restart")
		default:
			reload = append(reload, w.Name+" changed")
		}
	}
	for _, e := range was.Entries {
		if _, kept := now[strings.ToLower(e.Name)]; kept {
			continue
		}
		if r, _ := s.Setting(e.Name); r.Context == "postmaster" || r.Context == "" {
			restart = append(restart, e.Name+" is no longer set")
		} else {
			reload = append(reload, e.Name+" is no longer set")
		}
	}
	held := len(restart) > 0 && s.held(h)
	text := h.File(s.own()).Text()
	switch {
	case held && text == old: // the file already has what waits for a restart
	case held:
		h.Notify(s.Unit, tasks.Reload, strings.Join(append(waiting(restart), reload...), ", "))
	case len(restart) > 0:
		h.Notify(s.Unit, tasks.Restart, strings.Join(append(restart, reload...), ", "))
	case len(reload) > 0:
		h.Notify(s.Unit, tasks.Reload, strings.Join(reload, ", "))
	}
	if held {
		h.Warn("PostgreSQL %s is not restarted, for it serves others too: %s. Until it is: %s. When it suits them: odooctl "+
			"apply --allow-restart, or postgresql.restart: true", s.ID(), s.company(), strings.Join(restart, ", "))
		s.closedTo(h)
	}
	s.awaitWork(h)
	s.prove(h, now, held)
}

// closedTo warns of Odoo hosts that cannot reach the server until it is restarted. A port that waits is no matter: the
// present one is used.
func (s *server) closedTo(h *tasks.Host) {
	for _, d := range s.deployments {
		over, err := s.overNetwork(h, d)
		if err != nil || !over || d.Odoo == nil || ParseListen(s.Hosts).Reachable() {
			continue
		}
		var hosts []string
		for _, o := range d.Odoo.Hosts {
			hosts = append(hosts, o.Name)
		}
		h.Warn("%s: the Odoo of %s on %s needs that restart: until then the server listens on %s only, and Odoo would be "+
			"tried against a closed port and put back", d.PostgreSQL.Pos, d.Name, strings.Join(hosts, ", "), s.Hosts)
	}
}

func waiting(reasons []string) (list []string) {
	for _, r := range reasons {
		list = append(list, r+", which waits")
	}
	return list
}

// own is the path of the file that odooctl keeps.
func (s *server) own() string { return s.Config + "/conf.d/" + conf.FileName }

// masked says where a setting comes from that our file cannot set:
// postgresql.auto.conf and the command line have the last word, and another file
// where ours says the same and the server took it from there. "" = nothing does.
func (s *server) masked(r cluster.Setting, same bool) string {
	switch {
	case strings.HasSuffix(r.File, "/postgresql.auto.conf"), same && r.File != "" && r.File != s.own():
		return r.File
	case r.Source == "command line", same && r.Source != "" && r.File == "":
		return "the server's " + r.Source
	}
	return ""
}

func unmask(r cluster.Setting, name string) string {
	switch {
	case strings.HasSuffix(r.File, "/postgresql.auto.conf"):
		return fmt.Sprintf("take it back with ALTER SYSTEM RESET %s", name)
	case r.Source == "command line":
		return "take it out of pg_ctl.conf, or of the unit"
	}
	return "remove it there"
}

// held reports whether a restart has to wait: others use the server, and no one
// has said that they may be cut off.
func (s *server) held(h *tasks.Host) bool {
	if !s.Running || h.AllowsRestart() || len(s.others()) == 0 {
		return false
	}
	for _, d := range s.deployments {
		if d.PostgreSQL.Restart {
			return false
		}
	}
	return true
}

// others lists the databases of the server that are none of the inventory's, nor
// made by a role of its.
func (s *server) others() (names []string) {
	roles, ours := []string{}, []string{"postgres"}
	for _, d := range s.deployments {
		roles = append(roles, d.PostgreSQL.Role.Name)
		if d.Odoo != nil {
			ours = append(ours, d.Odoo.Databases...)
		}
	}
	for _, name := range s.Databases() {
		if !slices.Contains(ours, name) && !slices.Contains(roles, s.Database(name).Owner()) {
			names = append(names, name)
		}
	}
	return names
}

// company names the databases of others, and how many are connected to each.
func (s *server) company() string {
	var list []string
	for _, name := range s.others() {
		if n := s.Database(name).Clients(); n > 0 {
			name += fmt.Sprintf(" (%d connected)", n)
		}
		list = append(list, name)
	}
	return "databases " + strings.Join(list, ", ")
}
