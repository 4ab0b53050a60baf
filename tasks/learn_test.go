package tasks

import (
	"strings"
	"testing"
	"time"

	"odooctl/inventory"
)

// asking returns a host that was asked for something of every kind.
func asking(tb testing.TB) *Host {
	tb.Helper()
	inv, err := inventory.Parse("inventory.yaml", []byte("hosts:\n  h: {address: 192.0.2.1}\n"), inventory.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	f := NewFleet(inv, time.Unix(0, 0))
	stage := Stage{Name: "test", Hosts: inv.Hosts, Tasks: []NamedTask{{"test", taskFunc(func(h *Host) error {
		h.File("/etc/a")
		h.Glob("/etc/*.conf")
		h.Directory("/etc/b/c", "root", "root", 0o755)
		h.Unit("a.service")
		h.Unit("b.service")
		h.User("odoo", "/var/lib/odoo", "/bin/sh")
		h.Command(Command{Title: "t", Run: "true", Unless: "false"})
		if _, err := h.Package("nginx"); err != nil {
			return err
		}
		h.Says("echo a")
		h.Ask("max_connections")
		h.AskOdoo("mycompany")
		list, err := h.Clusters()
		for _, c := range list {
			c.Role("odoo").SetLogin(true)
			c.Database("mycompany").SetOwner("odoo")
			c.Setting("max_connections")
			if err := h.Unit(c.Unit).Run(); err != nil {
				return err
			}
		}
		return err
	})}}}
	f.Plan([]Stage{stage})
	return f.Host("h")
}

// answer puts sections together as a host prints them.
func answer(sections ...string) string {
	var b strings.Builder
	for i := 0; i < len(sections); i += 2 {
		b.WriteString("\n@nonce " + sections[i] + "\n" + sections[i+1])
	}
	return b.String() + "\n@nonce end\n"
}

const goodFacts = "hostname h\ncpus 2\nmemory 4000000\nos ID=debian\nos VERSION_ID=\"12\"\nsystemd 1\ntime 1795348800\naddress 192.0.2.1/24\nnginx 1.22.1\nopenssl OpenSSL 3.0.16 x\nodoo version_info = (14, 0, 0, FINAL, 0, '')\npending run reload nginx.service why\n"

const goodClusters = "\n+nonce cluster\n15\nmain\n/etc/postgresql/15/main\n/var/lib/postgresql/15/main\n5432\n/var/run/postgresql\npostgresql@15-main.service\n/usr/lib/postgresql/15/bin\n" +
	"\n+nonce unit\nLoadState=loaded\nActiveState=active\nUnitFileState=enabled-runtime\n" +
	"\n+nonce server\n" + `{"version":150013,"system":"7","hba":"/etc/postgresql/15/main/pg_hba.conf","roles":{"odoo":{"login":true}},"databases":{"mycompany":{"owner":"odoo"}},"settings":{"port":{"value":"5432","context":"postmaster"}}}` + "\n" +
	"\n+nonce said\n" +
	"\n+nonce odoo mycompany\n{\"kind\": \"r\", \"text\": true}\nbase\tinstalled\t14.0.1.3\n\n+nonce odoo.done mycompany\n"

const goodUnits = "Id=a.service\nLoadState=loaded\nActiveState=active\nUnitFileState=enabled\n\nId=b.service\nLoadState=not-found\nActiveState=inactive\nUnitFileState=\n"

// FuzzLearn: whatever a host prints, the picture is read or refused, and what is
// read can be planned and packed.
func FuzzLearn(f *testing.F) {
	tar := string(pack([]attachment{{"./etc/a", "text"}, {"./etc/x.conf", "more"}, {"./etc/b/", ""}}))
	f.Add(answer("facts", goodFacts, "paths", tar, "units", goodUnits, "users", "odoo:x:1:1::/:/bin/sh\n", "groups", "odoo:x:1:\n", "packages", "installed nginx 1.22\nx\n", "says", "allowed\037\n", "probes", "0\n", "clusters", goodClusters))
	f.Add(answer("facts", goodFacts))
	f.Add(answer("clusters", strings.Replace(goodClusters, "14.0.1.3", `14.0.1.3\n+nonce server\n{}`, 1), "facts", goodFacts, "units", goodUnits))
	f.Add(answer("clusters", strings.Replace(goodClusters, `"kind": "r"`, `"kind": "v"`, 1), "facts", goodFacts, "units", goodUnits))
	f.Add(answer("clusters", "\n+nonce server\n{}\n", "facts", goodFacts, "units", goodUnits))
	f.Add(answer("clusters", "\n+nonce cluster\n15\nma in\n\n\n\n\n\n\n\n+nonce unit\n", "facts", goodFacts, "units", goodUnits, "paths", tar[:600]))
	f.Add(answer("facts", "cpus -1\nmemory 99999999999999999999\nodoo version_info = (\npending  \n"))
	f.Add(answer("units", "\n\n\n\n", "facts", goodFacts, "users", ":\n::::::\n"))
	f.Add("\n@nonce end\n")
	f.Fuzz(func(t *testing.T, output string) {
		h := asking(t)
		if h.Learn("nonce", []byte(output)) != nil {
			return
		}
		stages := []Stage{{Name: "test", Hosts: []*inventory.Host{h.Host}, Tasks: []NamedTask{{"test", taskFunc(func(h *Host) error {
			h.File("/etc/a").SetText("new\n")
			for _, p := range h.Glob("/etc/*.conf") {
				h.Unlink(p)
			}
			return h.Unit("a.service").Run()
		})}}}}
		h.fleet.Plan(stages)
		p := h.Plan(0, 0)
		p.Write(&strings.Builder{}, Style{Diffs: true})
		p.Pack(Run{ID: "run"})
		p.Inverse().Pack(Run{ID: "run"})
	})
}
