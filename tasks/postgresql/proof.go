package postgresql

import (
	"fmt"
	"net/netip"
	"strconv"

	"odooctl/remote/shell"
	"odooctl/tasks"
	"odooctl/tasks/postgresql/cluster"
	"odooctl/tasks/postgresql/hba"
	"odooctl/tasks/postgresql/version"
)

// prove checks the files with the server's own reader before it is touched, and
// afterwards that it has read them: the load time moves on, its log says of no
// file that it was not reloaded, no setting of ours waits for a restart, and it listens
// where it should. The load time alone proves nothing of pg_hba.conf: it moves on
// where that file was refused. Held is for settings that wait for a restart.
func (s *served) prove(h *tasks.Host, want map[string]string, held bool) {
	h.Check(tasks.Check{Unit: s.Unit, Title: "postgres -C", Run: fmt.Sprintf("as_postgres %s -C max_connections -D %s -c %s", shell.Quote(s.Bin+"/postgres"), shell.Quote(s.Data), shell.Quote("config_file="+s.Config+"/postgresql.conf"))})
	if !s.Running {
		return // where it will answer is not known; systemd's word has to do
	}
	port := s.Port
	if p, err := strconv.Atoi(want["port"]); err == nil && !held {
		port = p
	}
	after := fmt.Sprintf(`a=$(%s) && [ -n "$a" ] && [ "${a%%%%|*}" != "${1%%%%|*}" ] || { echo "the server has not read its files: ${a:-no answer}"; exit 1; }
r=${1#*|} l=${1##*|}
t=$(as_postgres tail -c +$((${r%%%%|*} + 1)) "$l" 2>/dev/null | grep -m1 'not reloaded') && { echo "refused by the server: $t"; exit 1; }
`, psql(s.Cluster, port, "select pg_conf_load_time() || '|' || coalesce(string_agg(name, ', '), '') from pg_settings where pending_restart and sourcefile like '%/50-odooctl.conf'"))
	if !held {
		after += `[ -z "${a#*|}" ] || { echo "not in effect: ${a#*|}"; exit 1; }
` + listening(want["listen_addresses"], port)
	}
	if s.tls() != nil {
		after += s.shows(want["listen_addresses"], port)
	}
	h.Prove(s.Unit, tasks.Proof{Before: s.before(), After: after + ":", Within: 60})
	h.Uses(tasks.Use{
		Unit:  s.Unit,
		Files: []string{s.Config + "/postgresql.conf", s.own(), s.HBA, s.Config + "/" + hba.IncludedFile},
		Since: psql(s.Cluster, s.Port, "select extract(epoch from pg_conf_load_time())::bigint"),
		Also:  s.due() + s.doubts(),
	})
}

// before prints the load time, the size of the log, and its path, which the server
// says: so it is read with the server's rights.
func (s *served) before() string {
	current := "''"
	if version.Of(s.Major()).LogFile {
		current = "coalesce(pg_current_logfile(), '')"
	}
	return fmt.Sprintf(`b=$(%s)
l=${b#*|}
case $l in
"") l=/var/log/postgresql/postgresql-%s-%s.log ;;
/*) ;;
*) l=%s/$l ;;
esac
echo "${b%%%%|*}|$(as_postgres stat -c %%s "$l" 2>/dev/null || echo 0)|$l"`, psql(s.Cluster, s.Port, "select pg_conf_load_time() || '|' || "+current), s.Version, s.Name, shell.Quote(s.Data))
}

// listening fails while a socket of the list is missing: PostgreSQL only warns
// of one.
func listening(addresses string, port int) (shell string) {
	for _, a := range ParseListen(addresses).Addresses() {
		at := netip.AddrPortFrom(a, uint16(port))
		shell += fmt.Sprintf(`ss -Hltn | grep -qF ' %s ' || { echo "PostgreSQL does not listen on %s"; exit 1; }
`, at, at)
	}
	return shell
}

// due prints the settings that wait for a restart.
func (s *served) due() string {
	return psql(s.Cluster, s.Port, "select 'PostgreSQL "+s.ID()+" still runs with the old ' || string_agg(name, ', ') || ': a restart is due' from pg_settings where pending_restart having count(*) > 0") + "\n"
}

// loads makes sure that the server takes a new pg_hba.conf: its own word decides,
// by a view. Where it has none, a bad file is only logged, and keeps the
// next start from succeeding, so here it is read for the server. Text is the file
// as it stands there; what odooctl adds to it is right.
func (s *served) loads(h *tasks.Host, f *tasks.File, text string) error {
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
// hostssl while ssl is off: the server loads the file; see doubts.
func (s *served) hbaCheck() string {
	return fmt.Sprintf(`t=$(%s) && [ -z "$t" ] || { echo %s"$t"; exit 1; }`,
		psql(s.Cluster, s.Port, "select string_agg('line ' || line_number || ': ' || error, '; ') from pg_hba_file_rules where error is not null and type is null"), shell.Quote(s.HBA+": "))
}

// doubts prints the lines of pg_hba.conf that the server loads and warns of.
func (s *served) doubts() string {
	if !version.Of(s.Major()).HBAView {
		return ""
	}
	return psql(s.Cluster, s.Port, "select "+cluster.Literal(s.HBA+":")+" || line_number || ': ' || error from pg_hba_file_rules where error is not null and type is not null") + "\n"
}
