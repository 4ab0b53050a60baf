package remote

import "github.com/skeema/knownhosts"

// Without exposes without to the fuzz test.
var Without = without

// Of exposes the answer of known_hosts files for a host.
func (k *KnownHosts) Of(files []string, host string) (*knownhosts.HostKeyDB, error) {
	return k.of(files, host)
}
