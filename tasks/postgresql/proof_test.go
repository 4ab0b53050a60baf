package postgresql

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"odooctl/tasks/postgresql/cluster"
)

// TestProofs runs what is asked around a reload, with a server that says what its files say.
func TestProofs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		now, log  string // what the server says afterwards, and what came into its log
		addresses string
		held      bool
		fails     string
	}{
		{name: "read", now: "2|", log: "LOG:  received SIGHUP, reloading configuration files\n", addresses: "127.0.0.1, ::1"},
		{name: "not read", now: "1|", fails: "the server has not read its files: 1|"},
		{name: "no answer", fails: "the server has not read its files: no answer"},
		{name: "refused", now: "2|", log: "LOG:  /etc/pg_hba.conf was not reloaded\n",
			fails: "refused by the server: LOG:  /etc/pg_hba.conf was not reloaded"},
		{name: "waits", now: "2|port, ssl", fails: "not in effect: port, ssl"},
		{name: "waits and may", now: "2|port, ssl", held: true, addresses: "192.0.2.1"},
		{name: "does not listen", now: "2|", addresses: "127.0.0.1,192.0.2.1",
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
			old := "LOG:  old was not reloaded\n"
			write("psql", "#!/bin/sh\ncat "+dir+"/says\n")
			write("ss", "#!/bin/sh\necho 'LISTEN 0 200 127.0.0.1:5432 0.0.0.0:*'\necho 'LISTEN 0 200 [::1]:5432 [::]:*'\n")
			write("log", old)
			write("says", "1|log\n")
			s := &server{Cluster: &cluster.Cluster{Version: "15", Name: "main", Data: dir, Bin: dir, Socket: dir, Port: 5432}}
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
			write("says", c.now)
			if out, err := run(s.after(c.addresses, 5432, c.held), noted); (err != nil) != (c.fails != "") || out != c.fails {
				t.Errorf("%v: %q, want %q", err, out, c.fails)
			}
		})
	}
}
