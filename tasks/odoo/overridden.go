package odoo

import (
	"fmt"
	"strings"

	"odooctl/tasks"
)

// overridden is an error if a file of somebody else's makes the service start another Odoo than the planned one: it
// would never read what odooctl writes, and look as planned for ever.
func (i Instance) overridden(h *tasks.Host, p process) error {
	u := h.Unit(p.Unit)
	if user := u.Setting("User"); user.File != "" && user.Value != i.User {
		return i.others(p, user, fmt.Sprintf("runs as %q there, and its files are made for %s", user.Value, i.User), "User")
	}
	for _, e := range i.Odoo.Environment {
		if v := u.Variable(e.Name); v.File != "" && v.File != unitFile(p.Unit) && v.Value != e.Value.Text {
			return i.others(p, v, "has another "+e.Name+" there than the inventory", e.Name)
		}
	}
	for _, name := range leadingAway {
		if v := u.Variable(name); v.File != "" && v.File != unitFile(p.Unit) && i.PostgreSQL != nil {
			return i.others(p, v, "has "+name+" there, by which libpq may reach another PostgreSQL", name)
		}
	}
	exec := u.Setting("ExecStart")
	if exec.File == "" || exec.File == unitFile(p.Unit) || exec.Value == escape(p.Exec) {
		return nil
	}
	if p.Exec != "" {
		return i.others(p, exec, "has another command line there than the inventory's", "ExecStart")
	}
	config, more := configIn(exec.Value)
	switch {
	case config == "":
		return i.others(p, exec, "is started without --config there, and odooctl writes "+i.Config, "ExecStart")
	case config != i.Config:
		return i.others(p, exec, fmt.Sprintf("reads %s there, and odooctl writes %s", config, i.Config), "ExecStart")
	case len(more) > 0:
		h.Warn("%s:%d: %s of %s has %s on its command line, which comes before what %s says", exec.File, exec.Line,
			p.Unit, i.Name, strings.Join(more, ", "), i.Config)
	}
	return nil
}

// leadingAway are variables that decide which server libpq reaches where Odoo says nothing, PGHOSTADDR even where it
// does (PostgreSQL, "Environment Variables" of libpq).
var leadingAway = []string{"PGHOST", "PGHOSTADDR", "PGPORT", "PGSERVICE"}

func (i Instance) others(p process, s tasks.Setting, what, key string) error {
	return fmt.Errorf("%s: %s:%d: %s %s: take %s out of that file, and then `systemctl daemon-reload`", i.Odoo.Pos,
		s.File, s.Line, p.Unit, what, key)
}

// configIn returns the configuration file that a command line of Odoo names (odoo/tools/config.py), and the names of
// the options that say something of their own. Their values may be secret.
func configIn(line string) (config string, more []string) {
	words := strings.Fields(strings.NewReplacer(`"`, "", "'", "").Replace(line))
	for n := 0; n < len(words); n++ {
		name, value, attached := strings.Cut(words[n], "=")
		if short, is := strings.CutPrefix(words[n], "-c"); is && short != "" {
			name, value, attached = "-c", strings.TrimPrefix(short, "="), true
		}
		if !strings.HasPrefix(name, "-") || n == 0 {
			continue
		}
		if !attached && n+1 < len(words) && !strings.HasPrefix(words[n+1], "-") {
			n++
			value = words[n]
		}
		switch name {
		case "-c", "--config":
			config = value
		case "--logfile":
		default:
			more = append(more, name)
		}
	}
	return config, more
}
