package tasks

import (
	"slices"
	"strings"
	"testing"
)

// copyOut is PostgreSQL's CopyAttributeOutText (copyto.c).
var copyOut = strings.NewReplacer("\b", `\b`, "\f", `\f`, "\n", `\n`, "\r", `\r`, "\t", `\t`, "\v", `\v`, `\`, `\\`)

// FuzzOdooRow: whatever stands in a row of a database and whatever psql says, the one
// is the version of that module and the other what psql said, and neither changes what
// is known of anything else.
func FuzzOdooRow(f *testing.F) {
	for _, v := range []string{
		"14.0.1.3", "", `\N`, `\.`, "a\tb", "a\nb", "14.0.1.3\njson\t{\"version\":1}", "\n@nonce 1 server\n{}", "\n\n@nonce end\n", "\x00", "\xff\xfe", "'\"", `\\n`, "base", "\u2028", "{}",
	} {
		f.Add(v, v, v)
	}
	f.Fuzz(func(t *testing.T, state, version, said string) {
		if strings.ContainsRune(state+version, 0) || strings.Contains("\n"+said, "\n@"+hostKey+" ") {
			return // PostgreSQL has no such text, and nobody there knows the key
		}
		row := copyOut.Replace(state) + "\t" + copyOut.Replace(version) + "\n"
		sections := append(clusterOf("14.0.1.3\nsale\t"+strings.TrimSuffix(row, "\n"), "r"), "facts", goodFacts, "units", goodUnits,
			"files", "tar\x00", "users", "", "groups", "", "packages", "x\n", "says 0", "x\n", "probes", "0\n")
		sections[slices.Index(sections, "1 said")+1] = said
		text := answer(sections...)
		h := asking(t)
		if err := h.Learn("nonce", []byte(text)); err != nil {
			t.Fatal(err)
		}
		c := h.clusters[0]
		installed, err := c.Database("mycompany").Odoo()
		if len(row) > mostOfRow-len("sale\t") {
			if err == nil {
				t.Error("a row of any length is taken")
			}
			return
		}
		s, v := c.Database("mycompany").Module("sale")
		if s != state || v != version || installed != "14.0.1.3" || err != nil {
			t.Errorf("base %q (%v), sale %q %q; want sale %q %q", installed, err, s, v, state, version)
		}
		if len(h.clusters) != 1 || c.HBA != "/etc/postgresql/15/main/pg_hba.conf" || c.System != "7" || len(c.Superusers()) != 0 || len(c.Databases()) != 1 {
			t.Errorf("the cluster is %+v", c)
		}
	})
}
