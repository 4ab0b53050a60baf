package postgresql

import "odooctl/tasks"

// configurations are where the distributions keep a cluster's configuration:
// Debian apart from its data, RHEL and PGDG with them.
var configurations = []string{"/etc/postgresql/*/*/", "/var/lib/pgsql/data/", "/var/lib/pgsql/*/data/"}

// files has the files of these names in every cluster's configuration read, so
// that what is not there needs no question of its own.
func files(h *tasks.Host, names ...string) {
	for _, dir := range configurations {
		for _, n := range names {
			h.Glob(dir + n)
		}
	}
}
