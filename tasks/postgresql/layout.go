package postgresql

import "odooctl/tasks"

// configurations are the folders of a cluster's configuration: Debian's is apart from
// the data, that of RHEL and PGDG is with them.
var configurations = []string{"/etc/postgresql/*/*/", "/var/lib/pgsql/data/", "/var/lib/pgsql/*/data/"}

// files requests the files of these names in every cluster's configuration by pattern,
// so that missing ones need no question of their own.
func files(h *tasks.Host, names ...string) {
	for _, dir := range configurations {
		for _, n := range names {
			h.Glob(dir + n)
		}
	}
}
