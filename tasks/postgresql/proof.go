package postgresql

import (
	_ "embed"
	"fmt"
	"net/netip"
	"strconv"

	"odooctl/remote/shell"
	"odooctl/tasks"
	"odooctl/tasks/postgresql/hba"
	"odooctl/tasks/postgresql/version"
)

var (
	//go:embed proof.sh
	proofs string
	//go:embed accepts.sh
	accepts string
)

// prove checks the files with the server's own reader before it is touched, and
// afterwards that it has read them: the load time moves on, its log says of no
// file that it was not reloaded, no setting of ours waits for a restart, and it listens
// where it should. The load time alone proves nothing of pg_hba.conf: it moves on
// where that file was refused. Held is for settings that wait for a restart.
func (s *server) prove(h *tasks.Host, want map[string]string, held bool) {
	h.Check(tasks.Check{Unit: s.Unit, Title: "postgres -C", Run: fmt.Sprintf("as_postgres %s -C max_connections -D %s "+
		"-c %s", shell.Quote(s.Bin+"/postgres"), shell.Quote(s.Data),
		shell.Quote("config_file="+s.Config+"/postgresql.conf"))})
	if !s.Running {
		return // its future address is unknown; systemd's report has to do
	}
	port := s.Port
	if p, err := strconv.Atoi(want["port"]); err == nil && !held {
		port = p
	}
	h.Prove(s.Unit, tasks.Proof{Before: s.before(), After: s.after(want["listen_addresses"], port, held), Within: 60,
		Serves: psql(s.Cluster, s.Port, "select 1")})
}

// after fails until the server has read its files, and while it does not do what they say.
func (s *server) after(addresses string, port int, held bool) string {
	waits := ""
	if held {
		waits = "held"
	}
	text := tasks.Listens + proofs + `has_read "$1" ` + shell.Words(waits, s.Unit, s.Config+"/postgresql.conf") + " " +
		psql(s.Cluster, port, "select pg_conf_load_time() || '|' || split_part(pg_read_file('postmaster.pid'), chr(10), 1) "+
			"|| '|' || current_setting('config_file') || '|' || coalesce(string_agg(name, ', '), '') from pg_settings "+
			"where pending_restart and sourcefile like '%/50-odooctl.conf'") + "\n"
	if !held {
		text += listening(addresses, port)
	}
	if s.tls() != nil {
		text += s.shows(addresses, port)
	}
	return text + ":"
}

// before prints the load time, the size of the log, and its path, which the server
// says: so it is read with the server's rights.
func (s *server) before() string {
	current := "''"
	if version.Of(s.Major()).LogFile {
		current = "coalesce(pg_current_logfile(), '')"
	}
	return proofs + "noted " + shell.Words("/var/log/postgresql/postgresql-"+s.Version+"-"+s.Name+".log", s.Data) + " " +
		psql(s.Cluster, s.Port, "select pg_conf_load_time() || '|' || "+current)
}

// listening fails while a socket of the list is missing: PostgreSQL only warns
// of one.
func listening(addresses string, port int) (text string) {
	for _, a := range ParseListen(addresses).Addresses() {
		text += "has_socket " + shell.Quote(netip.AddrPortFrom(a, uint16(port)).String()) + "\n"
	}
	return text
}

// loads makes sure that the server takes a new pg_hba.conf: its own word decides,
// by a view. Where it has none, a bad file is only logged, and keeps the
// next start from succeeding, so here it is read for the server. Text is the file
// as it stands there; what odooctl adds to it is right.
func (s *server) loads(h *tasks.Host, f *tasks.File, text string) error {
	if version.Of(s.Major()).HBAView {
		h.Check(tasks.Check{Unit: s.Unit, Title: "pg_hba_file_rules", Run: s.hbaCheck(), Live: true})
		return nil
	}
	for _, e := range hba.Parse(text, s.Major()).Errors() {
		return hbaError(f, e)
	}
	return nil
}

// hbaCheck lists the lines that PostgreSQL refuses in the file on disk, before it
// is told to read it. A row with an error and a type is only a warning, such as
// hostssl while ssl is off: the server loads the file, and status tells of it.
func (s *server) hbaCheck() string {
	return shell.Call(accepts, "accepts", s.HBA) + " " + psql(s.Cluster, s.Port,
		"select string_agg('line ' || line_number || ': ' || error, '; ') from pg_hba_file_rules where error is not null "+
			"and type is null")
}
