package postgresql

import (
	_ "embed"

	"odooctl/tasks/postgresql/cluster"
	"odooctl/tasks/postgresql/hba"
)

// grantEnd is what the host runs when a grant is over.
//
//go:embed grant_end.sh
var grantEnd string

// end are the arguments of the script that takes a grant away.
func (g grant) end(server *cluster.Cluster) []string {
	return []string{server.HBA, server.Config + "/" + hba.IncludedFile, grantsFile, "# " + g.comment(), g.String(),
		server.Unit}
}
