package postgresql

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"odooctl/tasks"
	"odooctl/tasks/postgresql/conf"
	"odooctl/tasks/postgresql/hba"
)

func init() {
	tasks.Register("postgresql.settings", "listen_addresses, port and settings of PostgreSQL, in a file of our own", func() tasks.Task { return &Settings{} })
}

// Settings keeps a file of our own in the cluster's conf.d: listen_addresses and
// port as the deployments need them, and the settings of the inventory. The
// server is restarted where it says that a setting takes one, else reloaded.
type Settings struct{}

// Plan implements tasks.Task.
func (Settings) Plan(h *tasks.Host) error {
	h.Glob("/etc/postgresql/*/*/postgresql.conf")
	h.Glob("/etc/postgresql/*/*/conf.d")
	h.Glob("/etc/postgresql/*/*/conf.d/*.conf")
	for _, d := range h.PostgreSQLOf() {
		for _, o := range d.PostgreSQL.Settings {
			h.Ask(o.Name)
		}
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

func (s *served) settings(h *tasks.Host) error {
	if err := s.run(h); err != nil {
		return err
	}
	want, err := s.wanted(h)
	if err != nil {
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
	f := h.File(s.Config + "/conf.d/" + conf.FileName)
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
func (s *served) run(h *tasks.Host) error {
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
func (s *served) wanted(h *tasks.Host) (list []conf.Setting, err error) {
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
	_, own := conf.Parse(h.File(s.Config + "/conf.d/" + conf.FileName).Text()).Lookup("listen_addresses")
	if !seen["listen_addresses"] && s.closes(own) {
		add("listen_addresses", "localhost")
	}
	return list, nil
}

// ownAddress returns the inventory's address of the host, which must be one that
// it has: PostgreSQL only warns about one that it cannot listen on.
func ownAddress(h *tasks.Host) (string, error) {
	f, err := h.Facts()
	if err != nil {
		return "", err
	}
	addr, err := netip.ParseAddr(h.Address)
	if err != nil {
		return "", fmt.Errorf("the address of %s is the name %s: set settings.listen_addresses to the addresses that PostgreSQL shall listen on", h.Name, h.Address)
	}
	var have []string
	for _, p := range f.Addresses {
		if p.Addr() == addr {
			return addr.String(), nil
		}
		have = append(have, p.Addr().String())
	}
	return "", fmt.Errorf("%s does not have the address %s (it has %s): set settings.listen_addresses", h.Name, addr, strings.Join(have, ", "))
}

// include makes sure that postgresql.conf reads the directory of our file.
func (s *served) include(h *tasks.Host) error {
	f := h.File(s.Config + "/postgresql.conf")
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
	h.Directory(s.Config+"/conf.d", "postgres", "postgres", 0o755)
	return nil
}

// notify asks for a restart where a changed setting takes one or the server still
// runs with another value, else for a reload.
func (s *served) notify(h *tasks.Host, old string, want []conf.Setting) {
	was := conf.Parse(old)
	verb, why := tasks.Verb(""), []string{}
	note := func(v tasks.Verb, reason string) {
		if verb != tasks.Restart {
			verb = v
		}
		why = append(why, reason)
	}
	now := map[string]string{}
	for _, w := range want {
		now[w.Name] = w.Value
		r, _ := s.Setting(w.Name)
		e, had := was.Lookup(w.Name)
		switch {
		case had && e.Value == w.Value && !r.Pending:
			s.overridden(h, w.Name, r)
		case r.Context == "postmaster":
			note(tasks.Restart, w.Name+" takes a restart")
		default:
			note(tasks.Reload, w.Name+" changed")
		}
	}
	for _, e := range was.Entries {
		if _, kept := now[strings.ToLower(e.Name)]; kept {
			continue
		}
		if r, _ := s.Setting(e.Name); r.Context == "postmaster" || r.Context == "" {
			note(tasks.Restart, e.Name+" is no longer set")
		} else {
			note(tasks.Reload, e.Name+" is no longer set")
		}
	}
	if verb != "" {
		h.Notify(s.Unit, verb, strings.Join(why, ", "))
	}
	s.prove(h, now)
}

// overridden warns of a setting that stands in our file and comes from elsewhere.
func (s *served) overridden(h *tasks.Host, name string, r tasks.Setting) {
	if own := s.Config + "/conf.d/" + conf.FileName; r.Source != "" && r.File != own {
		from := r.File
		if from == "" {
			from = "the server's " + r.Source
		}
		h.Warn("%s of PostgreSQL %s comes from %s, not from %s: remove it there", name, s.ID(), from, own)
	}
}

// prove checks the files with the server's own reader before it is touched, and
// afterwards that it has read them: the load time moves on, nothing of ours is
// left unapplied, and it listens where it should.
func (s *served) prove(h *tasks.Host, want map[string]string) {
	h.Check(tasks.Check{Unit: s.Unit, Title: "postgres -C", Run: fmt.Sprintf("as_postgres /usr/lib/postgresql/%s/bin/postgres -C max_connections -D %s -c config_file=%s/postgresql.conf", s.Version, s.Data, s.Config)})
	if !s.Running {
		return // where it will answer is not known; systemd's word has to do
	}
	port := s.Port
	if p, err := strconv.Atoi(want["port"]); err == nil {
		port = p
	}
	after := fmt.Sprintf(`t=$(%s) && [ -n "$t" ] && [ "$t" != "$1" ] || { echo "the server has not read its files: ${t:-no answer}"; exit 1; }
`, psql(s.Cluster, port, "select pg_conf_load_time()"))
	after += fmt.Sprintf(`t=$(%s) && [ -z "$t" ] || { echo "not in effect: $t"; exit 1; }
`, psql(s.Cluster, port, "select string_agg(name, ', ') from pg_settings where pending_restart and sourcefile like '%/50-odooctl.conf'"))
	for addr := range strings.SplitSeq(want["listen_addresses"], ",") {
		if a, err := netip.ParseAddr(strings.TrimSpace(addr)); err == nil {
			ap := netip.AddrPortFrom(a, uint16(port))
			after += fmt.Sprintf(`ss -Hltn | grep -qF ' %s ' || { echo "PostgreSQL does not listen on %s"; exit 1; }
`, ap, ap)
		}
	}
	h.Uses(tasks.Use{
		Unit:  s.Unit,
		Files: []string{s.Config + "/postgresql.conf", s.Config + "/conf.d/50-odooctl.conf", s.HBA, s.Config + "/" + hba.IncludedFile},
		Since: psql(s.Cluster, s.Port, "select extract(epoch from pg_conf_load_time())::bigint"),
		Also:  psql(s.Cluster, s.Port, "select 'PostgreSQL "+s.ID()+" still runs with the old ' || string_agg(name, ', ') || ': a restart is due' from pg_settings where pending_restart having count(*) > 0"),
	})
	h.Prove(s.Unit, tasks.Proof{Before: psql(s.Cluster, s.Port, "select pg_conf_load_time()"), After: after, Within: 60})
}
