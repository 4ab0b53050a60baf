package postgresql

import (
	_ "embed"
	"fmt"
	"strings"

	"odooctl/tasks/postgresql/cluster"
	"odooctl/tasks/postgresql/hba"
)

// grantEnd is what the host runs when a grant is over.
//
//go:embed grant_end.sh
var grantEnd string

// end is the script that takes a grant away, for At.
func (g grant) end(server *cluster.Cluster) string {
	var b strings.Builder
	for _, v := range []struct{ name, value string }{
		{"hba", server.HBA}, {"included", server.Config + "/" + hba.IncludedFile}, {"grants", grantsFile},
		{"comment", "# " + g.comment()}, {"line", g.String()}, {"server", server.Unit},
	} {
		fmt.Fprintf(&b, "%s='%s'\n", v.name, v.value)
	}
	b.WriteString(grantEnd)
	return b.String()
}
