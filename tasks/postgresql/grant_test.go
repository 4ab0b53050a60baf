package postgresql

import (
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"odooctl/tasks"
	"odooctl/tasks/postgresql/cluster"
	"odooctl/tasks/postgresql/hba"
)

const before = `local   all  postgres  peer
# IPv4
host    all  all  127.0.0.1/32  scram-sha-256
`

// TestGrantEnd: the end of a grant removes what it added, byte for byte: with other
// rules and without, in a block of pg_hba.conf and in a file of its own.
func TestGrantEnd(t *testing.T) {
	g := grant{time.Date(2026, 11, 22, 23, 0, 0, 0, time.UTC), "mycompany", netip.MustParsePrefix("203.0.113.0/24")}
	other := grant{g.until.Add(time.Hour), "mycompany", netip.MustParsePrefix("203.0.113.7/32")}
	own := hba.Rule{Type: "host", Databases: []string{"mycompany"}, Users: []string{"odoo"}, Address: g.from,
		Method: "scram-sha-256", Comment: g.comment()}
	lasting := own
	lasting.Address, lasting.Comment = netip.MustParsePrefix("192.168.1.11/32"), "mycompany"
	for _, major := range []int{15, 18} {
		for name, rules := range map[string][]hba.Rule{"alone": nil, "with others": {lasting}} {
			t.Run(name, func(t *testing.T) {
				root := t.TempDir()
				c := &cluster.Cluster{HBA: "/pg/pg_hba.conf", Config: "/pg", Unit: "postgresql@x.service"}
				want, wantIncluded, err := hba.Edit(before, major, rules)
				if err != nil {
					t.Fatal(err)
				}
				main, included, err := hba.Edit(before, major, append(rules, own))
				if err != nil {
					t.Fatal(err)
				}
				put(t, root+"/var/lib/odooctl/lock", "")
				put(t, root+c.HBA, main)
				put(t, root+"/pg/"+hba.IncludedFile, included)
				put(t, root+grantsFile, g.String()+"\n"+other.String()+"\n")
				script := root + "/etc/" + g.unit() + ".sh"
				put(t, script, tasks.AtScript(root, g.unit(), grantEnd, g.end(c)...))
				timer := root + "/etc/systemd/system/" + g.unit() + ".timer"
				put(t, timer, "")
				put(t, root+"/bin/systemctl", "#!/bin/sh\necho \"$*\" >>"+root+"/said\n")
				if err := os.Chmod(root+"/bin/systemctl", 0o700); err != nil {
					t.Fatal(err)
				}
				cmd := exec.Command("/bin/sh", "-eu", script)
				cmd.Env = []string{"PATH=" + root + "/bin:/usr/bin:/bin"}
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Fatalf("%v\n%s", err, out)
				}
				for file, text := range map[string]string{c.HBA: want, "/pg/" + hba.IncludedFile: wantIncluded,
					grantsFile: other.String() + "\n"} {
					if got, _ := os.ReadFile(root + file); string(got) != text {
						t.Errorf("%d: %s is\n%s\nwant\n%s", major, file, got, text)
					}
				}
				for _, file := range []string{script, timer, root + c.HBA + ".odooctl"} {
					if _, err := os.Stat(file); err == nil {
						t.Errorf("%s is left", file)
					}
				}
				said, _ := os.ReadFile(root + "/said")
				wantSaid := "is-active -q postgresql@x.service\nreload postgresql@x.service\ndisable -q " + g.unit() +
					".timer\ndaemon-reload\nstop --no-block " + g.unit() + ".timer\n"
				if string(said) != wantSaid {
					t.Errorf("systemctl was told\n%s\nwant\n%s", said, wantSaid)
				}
			})
		}
	}
}

func TestGrants(t *testing.T) {
	list := grants("2026-11-22T23:00:00Z mycompany 203.0.113.0/24\n# a word of somebody else\n2026 x 1.2.3.4/32\n")
	if len(list) != 1 || list[0].unit() != "odooctl-grant-mycompany-203-0-113-0-24" ||
		list[0].String() != "2026-11-22T23:00:00Z mycompany 203.0.113.0/24" {
		t.Errorf("read %v", list)
	}
}

func put(t *testing.T, file, text string) {
	t.Helper()
	if text == "" && filepath.Base(file) == hba.IncludedFile {
		return // does not exist before 16
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
