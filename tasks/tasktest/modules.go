package tasktest

import "strings"

// answerOdoo prints what Odoo has in the databases of the cluster.
func (c *cluster) answerOdoo(questions []string) (text string) {
	asked := map[string]bool{}
	for _, q := range questions {
		db, name, named := strings.Cut(q, " ")
		if !named {
			name = "base"
		}
		d := c.databases[db]
		if d == nil || d.Odoo == "" || asked[db+" "+name] {
			continue
		}
		asked[db+" "+name] = true
		version, known := d.Modules[name]
		if name == "base" {
			version, known = d.Odoo, true
		}
		switch {
		case version == "uninstalled":
			text += strings.Join([]string{"odoo", db, name, version, ""}, "\t") + "\n"
		case known:
			text += strings.Join([]string{"odoo", db, name, "installed", version}, "\t") + "\n"
		}
	}
	return text
}
