package remote

// Without exposes without to the fuzz test.
var Without = without

// Lines exposes the numbers of the lines about a host.
func (k *KnownHosts) Lines(files []string, host string, port int) (own, bare []int, err error) {
	lines, err := k.of(files, Config{Address: host, Port: port}.known())
	for _, l := range lines.own {
		own = append(own, l.Line)
	}
	for _, l := range lines.bare {
		bare = append(bare, l.Line)
	}
	return own, bare, err
}
