package postgresql

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/postgresql/cluster"
)

// runsOther is an error if the server of a cluster runs with other files than those that odooctl edits, by its own
// word: what is written would look as planned for ever. An earlier start may have had other files than the unit has.
func runsOther(h *tasks.Host, pos inventory.Pos, c *cluster.Cluster) error {
	switch {
	case !c.Running:
		return nil
	case c.Runs != c.Config+"/postgresql.conf":
		return fmt.Errorf("%s: PostgreSQL %s on %s runs with %s, and odooctl edits %s/postgresql.conf: take config_file out "+
			"of its unit, pg_ctl.conf and files, and restart it", pos, c.ID(), h.Name, c.Runs, c.Config)
	case c.Has != path.Clean(c.Data):
		return fmt.Errorf("%s: PostgreSQL %s on %s has its data in %s, and its files say %s: correct data_directory in "+
			"%s/postgresql.conf, the one place where it is looked for", pos, c.ID(), h.Name, c.Has, c.Data, c.Config)
	}
	return nil
}

// overridden is an error if a file of somebody else's makes the cluster's unit start another server, or none that is
// known.
func (s *server) overridden(h *tasks.Host) error {
	u := h.Unit(s.Unit)
	others := func(s tasks.Setting, unit, what, key string) error {
		return fmt.Errorf("%s:%d: %s %s: take %s out of that file, and then `systemctl daemon-reload`", s.File, s.Line, unit,
			what, key)
	}
	if user := u.Setting("User"); user.File != "" && user.Value != "" && user.Value != "postgres" {
		return others(user, s.Unit, fmt.Sprintf("runs as %q there, and the cluster is owned by postgres", user.Value), "User")
	}
	data := u.Variable("PGDATA") // RHEL's units pass it on; Debian's do not read it
	if s.Config == s.Data && data.File != "" && path.Clean(data.Value) != path.Clean(s.Data) {
		return others(data, s.Unit, fmt.Sprintf("has its data in %s there, and PostgreSQL %s has %s", data.Value, s.ID(),
			s.Data), "PGDATA")
	}
	exec := u.Setting("ExecStart")
	if other := s.starts(exec.Value); exec.File != "" && other != "" {
		return others(exec, s.Unit, "starts "+other+" there, and not PostgreSQL "+s.ID(), "ExecStart")
	}
	return s.active(h)
}

// active is an error if systemd says that the unit runs, and no server has the cluster's data.
func (s *server) active(h *tasks.Host) error {
	if s.Running || !h.Unit(s.Unit).Active() {
		return nil
	}
	return fmt.Errorf("%s runs, and no server has its data in %s: data_directory may be set in a file that "+
		"%s/postgresql.conf includes, and has to be in that file itself; `systemctl status %s` shows what runs",
		s.Unit, s.Data, s.Config, s.Unit)
}

var words = regexp.MustCompile(`"[^"]*"|'[^']*'|\S+`)

// starts says what a command line starts, if that is not the cluster; "" if it is, or if nothing tells. Programs are
// pg_ctlcluster (its manual: VERSION CLUSTER ACTION, or one word for both), and postgres and pg_ctl with -D and -c.
func (s *server) starts(line string) string {
	list := words.FindAllString(line, -1)
	for i := range list {
		list[i] = strings.Trim(list[i], `"'`)
	}
	if len(list) == 0 {
		return ""
	}
	if strings.HasSuffix(list[0], "/pg_ctlcluster") {
		for i, word := range list[1:] {
			switch {
			case strings.HasPrefix(word, "-"):
			case word == "%i" || word == "%I" || word == s.Version+"-"+s.Name ||
				word == s.Version && i+2 < len(list) && list[i+2] == s.Name:
				return ""
			default:
				return "the cluster " + word
			}
		}
		return ""
	}
	for i, word := range list[1:] {
		value := ""
		if i+2 < len(list) {
			value = list[i+2]
		}
		switch name, attached, _ := strings.Cut(word, "="); {
		case word == "-D" && !s.owns(value):
			return "a server with its data in " + value
		case (name == "--pgdata" || name == "--data-directory" || name == "data_directory") && !s.owns(attached):
			return "a server with its data in " + attached
		case (name == "--config-file" || name == "--config_file" || name == "config_file") &&
			attached != s.Config+"/postgresql.conf":
			return "a server with " + attached
		case (name == "--hba-file" || name == "--hba_file" || name == "hba_file") && attached != s.HBA:
			return "a server with " + attached
		}
	}
	return ""
}

// owns reports whether a folder on a command line is one of the cluster's, or not known there.
func (s *server) owns(dir string) bool {
	dir = strings.TrimSuffix(dir, "/")
	return dir == "" || strings.ContainsAny(dir, "$%") || dir == strings.TrimSuffix(s.Data, "/") || dir == s.Config
}
