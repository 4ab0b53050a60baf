package postgresql

import (
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"odooctl/tasks/postgresql/cluster"
)

// unitOfThis is the unit that this process is of, as far as /proc tells: "" if all of this machine is in one.
func unitOfThis(t *testing.T) (unit string) {
	t.Helper()
	groups, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(groups)) {
		if of := path.Base(strings.SplitN(strings.TrimSpace(line), ":", 3)[2]); of != "/" {
			unit = of
		}
	}
	return unit
}

// TestProofs runs what is asked around a reload, with a server that says what its files say.
func TestProofs(t *testing.T) {
	t.Parallel()
	unit := unitOfThis(t)
	for _, c := range []struct {
		name      string
		now, log  string // what the server says afterwards, and what came into its log
		addresses string
		held      bool
		fails     string
	}{
		{name: "read", now: "2|PID|CONF|", log: "LOG:  received SIGHUP, reloading configuration files\n",
			addresses: "127.0.0.1, ::1"},
		{name: "not read", now: "1|PID|CONF|", fails: "the server has not read its files: 1|PID|CONF|"},
		{name: "no answer", fails: "the server has not read its files: no answer"},
		{name: "refused", now: "2|PID|CONF|", log: "LOG:  /etc/pg_hba.conf was not reloaded\n",
			fails: "refused by the server: LOG:  /etc/pg_hba.conf was not reloaded"},
		{name: "waits", now: "2|PID|CONF|port, ssl", fails: "not in effect: port, ssl"},
		{name: "waits and may", now: "2|PID|CONF|port, ssl", held: true, addresses: "192.0.2.1"},
		{name: "of no unit", now: "2|1999999999|CONF|",
			fails: "the server that answers is process 1999999999, which is no part of UNIT: stop it"},
		{name: "with other files", now: "2|PID|/srv/postgresql.conf|",
			fails: "the server runs with /srv/postgresql.conf, and not with CONF"},
		{name: "does not listen", now: "2|PID|CONF|", addresses: "127.0.0.1,192.0.2.1",
			fails: "PostgreSQL does not listen on 192.0.2.1:5432"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write := func(name, text string) {
				t.Helper()
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			fill := strings.NewReplacer("PID", strconv.Itoa(os.Getpid()), "UNIT", unit, "CONF", dir+"/postgresql.conf").Replace
			old := "LOG:  old was not reloaded\n"
			write("psql", "#!/bin/sh\ncat "+dir+"/says\n")
			write("ss", "#!/bin/sh\necho 'LISTEN 0 200 127.0.0.1:5432 0.0.0.0:*'\necho 'LISTEN 0 200 [::1]:5432 [::]:*'\n")
			write("log", old)
			write("says", "1|log\n")
			s := &server{Cluster: &cluster.Cluster{Version: "15", Name: "main", Data: dir, Config: dir, Bin: dir,
				Socket: dir, Port: 5432, Unit: unit}}
			run := func(script, given string) (string, error) {
				cmd := exec.CommandContext(t.Context(), "sh", "-c", "as_postgres() { \"$@\"; }\n"+script, "sh", given)
				cmd.Env = []string{"PATH=" + dir + ":" + os.Getenv("PATH")}
				out, err := cmd.CombinedOutput()
				return strings.TrimSpace(string(out)), err
			}
			noted, err := run(s.before(), "")
			if want := "1|27|" + dir + "/log"; err != nil || noted != want {
				t.Fatalf("%v: %s, want %s", err, noted, want)
			}
			write("log", old+c.log)
			write("says", fill(c.now))
			want := fill(c.fails)
			if out, err := run(s.after(c.addresses, 5432, c.held), noted); (err != nil) != (want != "") || out != want {
				t.Errorf("%v: %q, want %q", err, out, want)
			}
		})
	}
}
