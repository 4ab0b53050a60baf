package odoo

import (
	"strings"
	"testing"
	"time"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/postgresql/cluster"
)

// copyOut is PostgreSQL's CopyAttributeOutText (copyto.c).
var copyOut = strings.NewReplacer("\b", `\b`, "\f", `\f`, "\n", `\n`, "\r", `\r`, "\t", `\t`, "\v", `\v`, `\`, `\\`)

// FuzzOdooRow: whatever a row of a database contains and whatever psql prints, the
// former is the version of that module and the latter psql's message, and neither
// affects anything else.
func FuzzOdooRow(f *testing.F) {
	for _, v := range []string{
		"14.0.1.3", "", `\N`, `\.`, "a\tb", "a\nb", "14.0.1.3\njson\t{\"version\":1}", "\n@nonce 1 server\n{}",
		"\n\n@nonce end\n", "\x00", "\xff\xfe", "'\"", `\\n`, "base", "\u2028", "{}",
	} {
		f.Add(v, v, v)
	}
	f.Fuzz(func(t *testing.T, state, version, said string) {
		if strings.ContainsRune(state+version, 0) || strings.Contains("\n"+said, "\n@"+hostKey+" ") {
			return // PostgreSQL has no such text, and the key is unknown there
		}
		row := copyOut.Replace(state) + "\t" + copyOut.Replace(version) + "\n"
		const server = `{"version":150013,"system":"7","hba":"/etc/postgresql/15/main/pg_hba.conf","databases":{"mycompany":{"owner":"odoo"}},"settings":{}}`
		text := "\n@nonce " + hostKey + "\n"
		for _, s := range [][2]string{
			{"facts", "cpus 2\nmemory 4000000\n"},
			{"1 cluster",
				"15\nmain\n/etc/postgresql/15/main\n/var/lib/postgresql/15/main\n5432\n/var/run/postgresql\n" +
					"postgresql@15-main.service\n/usr/lib/postgresql/15/bin\n"},
			{"1 unit", "LoadState=loaded\nActiveState=active\nUnitFileState=enabled-runtime\n"},
			{"1 server", server + "\n"},
			{"1 said", said},
			{"1 odoo mycompany", `{"kind": "r", "text": true}` + "\nbase\tinstalled\t14.0.1.3\nsale\t" + row},
			{"1 odoo.done mycompany", ""},
			{"end", ""},
		} {
			text += "\n@" + hostKey + " " + s[0] + "\n" + s[1]
		}
		h := asking(t, "mycompany")
		if err := h.Learn("nonce", []byte(text)); err != nil {
			t.Fatal(err)
		}
		c := clusterOf(t, h)
		installed, err := baseOf(c, "mycompany")
		if len(row) > mostOfRow-len("sale\t") {
			if err == nil {
				t.Error("a row of any length is taken")
			}
			return
		}
		s, v := moduleOf(c, "mycompany", "sale")
		if s != state || v != version || installed != "14.0.1.3" || err != nil {
			t.Errorf("base %q (%v), sale %q %q; want sale %q %q", installed, err, s, v, state, version)
		}
		if c.HBA != "/etc/postgresql/15/main/pg_hba.conf" || c.System != "7" || len(c.Superusers()) != 0 ||
			len(c.Databases()) != 1 {
			t.Errorf("the cluster is %+v", c)
		}
	})
}

// hostKey is the key that the tests' hosts draw.
const hostKey = "0123456789abcdef"

// asking returns a host that was asked for the module sale of a database.
func asking(tb testing.TB, database string) *tasks.Picture {
	tb.Helper()
	inv, err := inventory.Parse("inventory.yaml", []byte("hosts:\n  h: {address: 192.0.2.1}\n"), inventory.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	f := tasks.NewFleet(inv, time.Unix(0, 0))
	f.Plan([]tasks.Stage{{Name: "test", Hosts: inv.Hosts,
		Tasks: []tasks.NamedTask{{Name: "test", Task: asksModules{database}}}}})
	return f.Host("h")
}

type asksModules struct{ database string }

func (a asksModules) Plan(h *tasks.Host) error {
	ask(h, a.database, "sale")
	_, err := cluster.Of(h)
	return err
}

// clusterOf returns the one cluster of a host that was read.
func clusterOf(tb testing.TB, h *tasks.Picture) *cluster.Cluster {
	tb.Helper()
	all, err := cluster.Of(h.Host)
	if err != nil || len(all) != 1 || !all[0].Running || all[0].System == "" {
		tb.Fatalf("the host has the clusters %+v, %v", all, err)
	}
	return all[0]
}
