package postgresql

import (
	"fmt"
	"strconv"
	"strings"

	"odooctl/tasks"
	"odooctl/tasks/postgresql/cluster"
	"odooctl/tasks/postgresql/conf"
)

func init() {
	tasks.Register("postgresql.settings", "listen_addresses, port and settings of PostgreSQL, in a file of our own",
		func() tasks.Task { return &Settings{} })
}

// Settings manages a file of our own in the cluster's conf.d: listen_addresses and port
// as the deployments need them, and the settings of the inventory. The server is
// restarted if it reports that a setting needs that, else reloaded.
type Settings struct{}

// Plan implements tasks.Task.
func (Settings) Plan(h *tasks.Host) error {
	h.UnitFiles("postgresql*.service")
	files(h, "postgresql.conf", "conf.d", "conf.d/*.conf", certificateFile)
	for _, d := range h.PostgreSQLOf() {
		for _, o := range d.PostgreSQL.Settings {
			cluster.Ask(h, o.Name)
		}
		expectTLS(h, d.PostgreSQL)
	}
	list, err := servers(h)
	if err != nil {
		return err
	}
	for _, s := range list {
		if err := s.settings(h); err != nil {
			return err
		}
	}
	return nil
}

func (s *server) settings(h *tasks.Host) error {
	if err := s.run(h); err != nil {
		return err
	}
	want, err := s.wanted(h)
	if err != nil {
		return err
	}
	if err := s.certificate(h); err != nil {
		return err
	}
	if len(want) > 0 {
		if err := s.include(h); err != nil {
			return err
		}
	}
	text, err := conf.Render(want)
	if err != nil {
		return fmt.Errorf("%s: %w", s.deployments[0].PostgreSQL.Pos, err)
	}
	f := h.File(s.own()).Hide(s.hiding())
	old := f.Text()
	if len(want) > 0 {
		f.SetText(text).Own("postgres", "postgres", 0o644)
	} else {
		f.Remove()
	}
	s.notify(h, old, want)
	return nil
}

// run makes sure that the cluster starts with the machine and runs. What it says
// of itself is known only then.
func (s *server) run(h *tasks.Host) error {
	if err := s.overridden(h); err != nil {
		return fmt.Errorf("%s: %w", s.deployments[0].PostgreSQL.Pos, err)
	}
	if err := h.Unit(s.Unit).Run(); err != nil {
		return err
	}
	if !s.Running {
		h.Unknown("pg_hba rules, roles and databases of PostgreSQL %s, which does not run", s.ID())
	}
	return nil
}

// wanted lists the settings of all deployments on the cluster; the loader of the
// inventory has made sure that they do not contradict each other.
func (s *server) wanted(h *tasks.Host) (list []conf.Setting, err error) {
	seen := map[string]bool{}
	add := func(name, value string) {
		if name = strings.ToLower(name); !seen[name] {
			seen[name] = true
			list = append(list, conf.Setting{Name: name, Value: value})
		}
	}
	for _, d := range s.deployments {
		for _, o := range d.PostgreSQL.Settings {
			if _, ok := s.Setting(o.Name); s.Running && !ok && !strings.Contains(o.Name, ".") {
				return nil, fmt.Errorf("%s: PostgreSQL %s has no setting %s", o.Pos, s.Version, o.Name)
			}
			if strings.EqualFold(o.Name, "listen_addresses") {
				if err := checkListen(h, o); err != nil {
					return nil, err
				}
			}
			add(o.Name, o.Value.Text)
		}
	}
	for _, d := range s.deployments {
		over, err := s.overNetwork(h, d)
		if err != nil {
			return nil, err
		}
		if over && !seen["listen_addresses"] {
			addr, err := ownAddress(h)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", d.PostgreSQL.Pos, err)
			}
			add("listen_addresses", "localhost,"+addr)
		}
		if d.PostgreSQL.Port != 0 {
			add("port", strconv.Itoa(d.PostgreSQL.Port))
		}
	}
	_, own := conf.Parse(h.File(s.own()).Text()).Lookup("listen_addresses")
	if !seen["listen_addresses"] && s.closes(own) {
		add("listen_addresses", "localhost")
	}
	if s.tls() != nil {
		add("ssl", "on")
		add("ssl_cert_file", s.Config+"/"+certificateFile)
		add("ssl_key_file", s.Config+"/"+keyFile)
	}
	return list, nil
}

// include makes sure that postgresql.conf reads the directory of our file.
func (s *server) include(h *tasks.Host) error {
	f := h.File(s.Config + "/postgresql.conf").Hide(s.hiding())
	if !f.Exists() {
		return f.Errorf("the file is missing")
	}
	for _, e := range conf.Parse(f.Text()).Includes {
		if e.Name == "include_dir" && (e.Value == "conf.d" || e.Value == s.Config+"/conf.d") {
			return nil
		}
	}
	text := f.Text()
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	f.SetText(text + "include_dir = 'conf.d'\n")
	mode := uint32(0o755)
	if s.Config == s.Data {
		mode = 0o700
	}
	h.Directory(s.Config+"/conf.d", "postgres", "postgres", mode)
	return nil
}
