package tasks

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestClustersOfOthers: the folders, files and settings that say where a cluster is
// belong to PostgreSQL's user. What could mean something to root's shell is refused.
func TestClustersOfOthers(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"\nmain\n", "\nma in\n", "a folder of its configuration has a name"},
		{"\nmain\n", "\nmain\n/etc\n", "a folder of its configuration has a name"},
		{"\n15\n", "\n..\n", "a folder of its configuration has a name"},
		{"/var/run/postgresql", "/tmp/x;touch /root/x", `its socket in "/tmp/x;touch /root/x"`},
		{"/var/lib/postgresql/15/main", "/srv/$(id)", `its data at "/srv/$(id)"`},
		{`"/etc/postgresql/15/main/pg_hba.conf"`, "\"/etc/`id`\"", "no pg_hba.conf is at \"/etc/`id`\""},
		{`{"version"`, `FATAL: no`, "psql said: nothing, and the answer is"},
	} {
		h := asking(t)
		sections := append(clusterOf("14.0.1.3", "r"), "facts", goodFacts, "units", goodUnits, "files", "tar\x00", "says 0", "x\n", "probes", "0\n")
		for i := 1; i < len(sections); i += 2 {
			sections[i] = strings.TrimPrefix(strings.Replace("\n"+sections[i], c.old, c.new, 1), "\n")
		}
		text := answer(sections...)
		if err := h.Learn("nonce", []byte(text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v; want %q", c.new, err, c.want)
		}
	}
}

// TestClaims reads what the files of a cluster say of it.
func TestClaims(t *testing.T) {
	for _, c := range []struct {
		name, conf, pid, want string
	}{
		{"runs", "#data_directory = '/no'\ndata_directory = '/old'\ndata_directory='DATA' # use data in another directory\n", "PID\nDATA\n1\n5433\n/run/pg\nlocalhost\n", "15\nDATA\n5433\n/run/pg\n"},
		{"stopped", "data_directory = 'DATA'\nunix_socket_directories = '/run/a, /run/b'\n", "", "15\nDATA\n\n/run/a\n"},
		{"crashed", "", "999999999\nDATA\n1\n5433\n/run/pg\n", "15\nDATA\n\n/run/pg\n"},
		{"no file", "-", "", "15\nDATA\n\n/var/run/postgresql\n"},
	} {
		config, data := t.TempDir(), t.TempDir()
		text := func(s string) string {
			return strings.NewReplacer("DATA", data, "PID", fmt.Sprint(os.Getpid())).Replace(s)
		}
		for file, s := range map[string]string{filepath.Join(config, "postgresql.conf"): c.conf, filepath.Join(data, "postmaster.pid"): c.pid, filepath.Join(data, "PG_VERSION"): "15\n"} {
			if s == "" || s == "-" {
				continue
			}
			if err := os.WriteFile(file, []byte(text(s)), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		out, err := exec.Command("sh", "-c", askFile("claims.sh"), "sh", config, data).CombinedOutput()
		if err != nil || string(out) != text(c.want) {
			t.Errorf("%s: %v, %q, want %q", c.name, err, out, text(c.want))
		}
	}
}
