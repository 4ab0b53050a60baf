package hosts

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"odooctl/remote/remotetest/far"
)

// Distance is the round-trip time between the controller and the hosts. At zero
// connections are direct; otherwise there is a proxy in front of each host.
type Distance struct {
	RTT     time.Duration
	fleet   *Fleet
	proxies []*far.Proxy
}

// At puts the hosts at a distance. Close removes the proxies.
func (f *Fleet) At(rtt time.Duration) (*Distance, error) {
	d := &Distance{RTT: rtt, fleet: f}
	if rtt == 0 {
		return d, nil
	}
	for i, m := range f.Machines() {
		p, err := far.Listen(fmt.Sprintf("127.55.0.%d:%d", i+1, 10000+rtt.Milliseconds()),
			m.Address().String()+":22", rtt)
		if err != nil {
			d.Close()
			return nil, err
		}
		d.proxies = append(d.proxies, p)
	}
	return d, nil
}

// Close ends the proxies.
func (d *Distance) Close() {
	for _, p := range d.proxies {
		p.Close()
	}
}

// Traffic is the traffic since the last call: connections to all hosts, and the round
// trips of the host that had the most. Without proxies both are 0.
func (d *Distance) Traffic() (connections, trips int) {
	for _, p := range d.proxies {
		t := p.Traffic()
		connections += t.Connections
		trips = max(trips, t.RoundTrips)
	}
	return connections, trips
}

// SSHConfig writes an ssh_config(5) for the hosts at this distance and returns its
// path. Every way uses it. With unreachable the last host is unreachable.
func (d *Distance) SSHConfig(unreachable bool) (string, error) {
	path := filepath.Join(d.fleet.Folder(), fmt.Sprintf("ssh_config.%dms", d.RTT.Milliseconds()))
	if unreachable {
		path += ".unreachable"
	}
	var text strings.Builder
	machines := d.fleet.Machines()
	for i, m := range machines {
		host, port := m.Address().String(), "22"
		if d.RTT > 0 {
			host, port, _ = strings.Cut(d.proxies[i].Addr, ":")
		}
		if unreachable && i == len(machines)-1 {
			host, port = d.fleet.Nobody().String(), "22"
		}
		fmt.Fprintf(&text, "Host %s\n\tHostName %s\n\tPort %s\n\tHostKeyAlias %[1]s\n", m.Name(), host, port)
	}
	fmt.Fprintf(&text, "Host *\n\tUser deploy\n\tIdentityFile %s/id_ed25519\n\tIdentitiesOnly yes\n"+
		"\tUserKnownHostsFile %[1]s/known_hosts\n"+
		"\tGlobalKnownHostsFile /dev/null\n\tStrictHostKeyChecking yes\n\tConnectTimeout 5\n", d.fleet.Dir())
	return path, os.WriteFile(path, []byte(text.String()), 0o600)
}
