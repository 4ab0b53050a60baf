package lab

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
)

// Description is the content of hosts.json in a lab's state folder, for programs that
// use a lab without this package.
type Description struct {
	Name       string            `json:"name"`
	Subnet     netip.Prefix      `json:"subnet"`
	Gateway    netip.Addr        `json:"gateway"` // this machine's address on the lab's bridge
	Bridge     string            `json:"bridge"`
	Cache      string            `json:"cache"`
	Key        string            `json:"key"`         // path of the private key for root and deploy on every host
	KnownHosts string            `json:"known_hosts"` // path of the hosts' public keys, in ssh's format
	SSHConfig  string            `json:"ssh_config"`  // path of a configuration for ssh -F
	Hosts      []HostDescription `json:"hosts"`
}

// HostDescription is a host of a Description.
type HostDescription struct {
	Host
	Address netip.Addr `json:"address"`
	Root    string     `json:"root"` // where its root file system is mounted on this machine
}

// Describe returns the content of hosts.json.
func (l *Lab) Describe() Description {
	d := Description{
		Name: l.name, Subnet: l.subnet, Gateway: l.Gateway(), Bridge: l.Bridge(), Cache: l.cache,
		Key: l.Key(), KnownHosts: l.KnownHosts(), SSHConfig: l.SSHConfig(),
	}
	for _, m := range l.machines {
		d.Hosts = append(d.Hosts, HostDescription{Host: m.host, Address: m.Address(), Root: m.Root()})
	}
	return d
}

// Open returns the lab that c.Name names, as its hosts.json describes it; other fields
// of c but State, Progress and Now are ignored. The error wraps os.ErrNotExist if there
// is no such lab.
func Open(c Config) (*Lab, error) {
	state, err := folder(c.State, DefaultState)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(state, c.Name, "hosts.json"))
	if err != nil {
		return nil, fmt.Errorf("open lab %s: %w", c.Name, err)
	}
	var d Description
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, fmt.Errorf("open lab %s: hosts.json: %w", c.Name, err)
	}
	c.Subnet, c.Cache, c.Hosts = d.Subnet, d.Cache, []Host{}
	for _, h := range d.Hosts {
		c.Hosts = append(c.Hosts, h.Host)
	}
	return New(c)
}

// Key returns the path of the private key for root and deploy on every host.
func (l *Lab) Key() string { return filepath.Join(l.dir, "id_ed25519") }

// KnownHosts returns the path of the hosts' public keys, under their names and addresses.
func (l *Lab) KnownHosts() string { return filepath.Join(l.dir, "known_hosts") }

// SSHConfig returns the path of a configuration for ssh -F with the hosts' names.
func (l *Lab) SSHConfig() string { return filepath.Join(l.dir, "ssh_config") }

// describe writes hosts.json, known_hosts and ssh_config.
func (l *Lab) describe() error {
	var known, config bytes.Buffer
	var failed []error
	for _, m := range l.machines {
		lines, err := m.knownHosts()
		failed = append(failed, err)
		known.WriteString(lines)
		fmt.Fprintf(&config, "Host %s\n\tHostName %s\n", m.Name(), m.Address())
	}
	fmt.Fprintf(&config, "Host *\n\tUser deploy\n\tIdentityFile %s\n\tIdentitiesOnly yes\n\tUserKnownHostsFile %s\n"+
		"\tGlobalKnownHostsFile /dev/null\n\tStrictHostKeyChecking yes\n\tConnectTimeout 5\n", l.Key(), l.KnownHosts())
	text, err := json.MarshalIndent(l.Describe(), "", "  ")
	failed = append(failed, err,
		os.WriteFile(l.KnownHosts(), known.Bytes(), 0o644),
		os.WriteFile(l.SSHConfig(), config.Bytes(), 0o644),
		os.WriteFile(filepath.Join(l.dir, "hosts.json"), append(text, '\n'), 0o644))
	return errors.Join(failed...)
}

// etcHosts is the text of /etc/hosts on a host: the names and addresses of all hosts.
func (l *Lab) etcHosts() string {
	var text strings.Builder
	text.WriteString("127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n")
	for _, m := range l.machines {
		fmt.Fprintf(&text, "%s %s\n", m.Address(), m.Name())
	}
	return text.String()
}
