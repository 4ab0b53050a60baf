package cluster

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"odooctl/inventory"
	"odooctl/tasks"
)

// taskFunc is a task of a test.
type taskFunc func(h *tasks.Host) error

func (f taskFunc) Plan(h *tasks.Host) error { return f(h) }

// asking returns a host that was asked for its clusters and what is in them, and a
// function that plans it again.
func asking(tb testing.TB) (h *tasks.Picture, again func() *tasks.Plan) {
	tb.Helper()
	inv, err := inventory.Parse("inventory.yaml", []byte("hosts:\n  h: {address: 192.0.2.1}\n"), inventory.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	f := tasks.NewFleet(inv, time.Unix(0, 0))
	stages := []tasks.Stage{{Name: "test", Hosts: inv.Hosts,
		Tasks: []tasks.NamedTask{{Name: "test", Task: taskFunc(func(h *tasks.Host) error {
			Ask(h, "max_connections")
			list, err := Of(h)
			for _, c := range list {
				c.Role("odoo").SetLogin(true)
				c.Database("mycompany").SetOwner("odoo")
				c.Setting("max_connections")
				if err := h.Unit(c.Unit).Run(); err != nil {
					return err
				}
			}
			return err
		})}}}}
	f.Plan(stages)
	h = f.Host("h")
	return h, func() *tasks.Plan { f.Plan(stages); return h.Plan(0, 0) }
}

// hostKey is the key that the tests' hosts draw.
const hostKey = "0123456789abcdef"

// answer joins sections as a host prints them.
func answer(sections ...string) string {
	b := "\n@nonce " + hostKey + "\n"
	for i := 0; i < len(sections); i += 2 {
		b += "\n@" + hostKey + " " + sections[i] + "\n" + sections[i+1]
	}
	return b + "\n@" + hostKey + " end\n"
}

// said is a host's answer about its one cluster.
var said = []string{
	"facts", "cpus 2\nmemory 4000000\n",
	"1 cluster", "15\nmain\n/etc/postgresql/15/main\n/var/lib/postgresql/15/main\n5432\n/var/run/postgresql\n" +
		"postgresql@15-main.service\n/usr/lib/postgresql/15/bin\n",
	"1 unit", "LoadState=loaded\nActiveState=active\nUnitFileState=enabled-runtime\n",
	"1 server", `{"version":150013,"system":"7","hba":"/etc/postgresql/15/main/pg_hba.conf","roles":{"odoo":{"login":true}},"databases":{"mycompany":{"owner":"odoo"}},"settings":{"port":{"value":"5432","context":"postmaster"}}}` + "\n",
	"1 said", "",
}

// FuzzLearn: whatever a host prints of its clusters is read or refused, and what is
// read can be planned and packed.
func FuzzLearn(f *testing.F) {
	f.Add(answer(said...))
	f.Add(answer(said[:2]...))
	f.Add(answer("facts", said[1], "1 server", "{}\n"))
	f.Add(answer("facts", said[1], "1 cluster", "15\nma in\n\n\n\n\n\n\n", "1 unit", ""))
	f.Add("\n@nonce end\n")
	f.Fuzz(func(t *testing.T, output string) {
		h, again := asking(t)
		if h.Learn("nonce", []byte(output)) != nil {
			return
		}
		p := again()
		p.Write(&strings.Builder{}, tasks.Style{Diffs: true})
		p.Pack(tasks.Run{ID: "run"})
		p.Inverse().Pack(tasks.Run{ID: "run"})
	})
}

// TestClustersOfOthers: the folders, files and settings that locate a cluster belong to
// PostgreSQL's user. What root's shell could interpret is refused.
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
		h, _ := asking(t)
		sections := slices.Clone(said)
		for i := 1; i < len(sections); i += 2 {
			sections[i] = strings.TrimPrefix(strings.Replace("\n"+sections[i], c.old, c.new, 1), "\n")
		}
		text := answer(sections...)
		if err := h.Learn("nonce", []byte(text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v; want %q", c.new, err, c.want)
		}
	}
}

// TestClaims reads what the files of a cluster say.
func TestClaims(t *testing.T) {
	for _, c := range []struct {
		name, conf, pid, want string
	}{
		{"runs", "#data_directory = '/no'\ndata_directory = '/old'\ndata_directory='DATA' # use data in another directory\n",
			"PID\nDATA\n1\n5433\n/run/pg\nlocalhost\n", "15\nDATA\n5433\n/run/pg\n"},
		{"stopped", "data_directory = 'DATA'\nunix_socket_directories = '/run/a, /run/b'\n", "",
			"15\nDATA\n\n/run/a\n"},
		{"crashed", "", "999999999\nDATA\n1\n5433\n/run/pg\n", "15\nDATA\n\n/run/pg\n"},
		{"no file", "-", "", "15\nDATA\n\n/var/run/postgresql\n"},
	} {
		config, data := t.TempDir(), t.TempDir()
		text := func(s string) string {
			return strings.NewReplacer("DATA", data, "PID", fmt.Sprint(os.Getpid())).Replace(s)
		}
		for file, s := range map[string]string{filepath.Join(config, "postgresql.conf"): c.conf,
			filepath.Join(data, "postmaster.pid"): c.pid, filepath.Join(data, "PG_VERSION"): "15\n"} {
			if s == "" || s == "-" {
				continue
			}
			if err := os.WriteFile(file, []byte(text(s)), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		out, err := exec.Command("sh", "-c", claims, "sh", config, data).CombinedOutput()
		if err != nil || string(out) != text(c.want) {
			t.Errorf("%s: %v, %q, want %q", c.name, err, out, text(c.want))
		}
	}
}
