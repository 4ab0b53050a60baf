package postgresql

import (
	_ "embed"

	"odooctl/tasks/postgresql/cluster"
	"odooctl/tasks/postgresql/hba"
)

// grantEnd is what the host runs when a grant ends.
//
//go:embed grant_end.sh
var grantEnd string

// end returns the arguments of the script that revokes a grant.
func (g grant) end(server *cluster.Cluster) []string {
	return []string{server.HBA, server.Config + "/" + hba.IncludedFile, grantsFile, "# " + g.comment(), g.String(),
		server.Unit}
}
