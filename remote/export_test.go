package remote

import "github.com/skeema/knownhosts"

// Without lets the fuzz test at what Trust does to a file.
var Without = without

// Of lets tests ask what known_hosts files say of a host.
func (k *KnownHosts) Of(files []string, host string) (*knownhosts.HostKeyDB, error) {
	return k.of(files, host)
}
