package remote_test

import (
	"crypto/rand"
	"net"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"odooctl/remote"
	"odooctl/remote/remotetest"
)

// Forms of known_hosts lines beside name and key.
func TestKnownHostsForms(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	_, port, _ := net.SplitHostPort(srv.Addr)
	known := strings.TrimSpace(read(t, srv.KnownHosts))
	name, key, _ := strings.Cut(known, " ")
	const other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJfkNV4OS33ImTXvorZr72q4v5XhVEQKfvqsxOEJ/XaR"
	for _, c := range []struct {
		name, lines, global, alias, pin string
		kind                            remote.Kind
	}{
		{name: "hashed", lines: knownhosts.HashHostname(name) + " " + key},
		{name: "hashed, of another host", lines: knownhosts.HashHostname("db9") + " " + key,
			kind: remote.HostKeyUnknown},
		{name: "hashed, with another key", lines: knownhosts.HashHostname(name) + " " + other,
			kind: remote.HostKeyChanged},
		{name: "several names", lines: "db9," + name + ",db8 " + key},
		{name: "wildcard with port", lines: "[127.0.0.*]:" + port + " " + key},
		{name: "wildcard without port", lines: "127.0.0.* " + key},
		{name: "wildcard, with another key", lines: "*127.0.0.* " + other, kind: remote.HostKeyChanged},
		{name: "wildcard with an exception", lines: "[127.*]:" + port + ",!" + name + " " + key,
			kind: remote.HostKeyUnknown},
		{name: "bad lines of others around", lines: strings.Join(badLines, "\n") + "\n" + known + "\n@bad"},
		{name: "a bad line of this host too", lines: name + " ssh-ed25519 AAAAC3\n" + known},
		{name: "global", lines: "db9 " + other, global: known},
		{name: "global, with another key", lines: "", global: name + " " + other, kind: remote.HostKeyChanged},
		{name: "global, revoked", lines: known, global: "@revoked * " + key, kind: remote.HostKeyChanged},
		{name: "alias of another case", lines: "Cluster " + key, alias: "cLUSTER"},
		{name: "another port", lines: "[127.0.0.1]:1 " + key, kind: remote.HostKeyUnknown},
		{name: "no port is any port", lines: "127.0.0.1 " + key},
		{name: "no port, another key is of another sshd", lines: "127.0.0.1 " + other, kind: remote.HostKeyUnknown},
		{name: "no port, but known with its port", lines: "127.0.0.1 " + key + "\n" + name + " " + other,
			kind: remote.HostKeyChanged},
		{name: "two keys of one type", lines: name + " " + other + "\n" + known},
		{name: "alias", lines: "cluster " + key, alias: "cluster"},
		{name: "alias, the address does not count", lines: known, alias: "cluster", kind: remote.HostKeyUnknown},
		{name: "revoked and known", lines: known + "\n@revoked * " + key, kind: remote.HostKeyChanged},
		{name: "another one is revoked", lines: known + "\n@revoked * " + other},
		{name: "pin of the whole key", pin: key},
		{name: "pin of another whole key", lines: known, pin: other, kind: remote.HostKeyChanged},
		{name: "pin of a whole key of another type", lines: known, pin: ecdsaKey(t), kind: remote.HostKeyChanged},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := srv.Config()
			config.HostKeyAlias, config.HostKey = c.alias, c.pin
			knownFile(t, &config, c.lines+"\n")
			config.GlobalKnownHosts = []string{writeFile(t, c.global+"\n")}
			client, err := remote.Dial(deadline(t), config)
			if c.kind == "" && err == nil {
				client.Close()
				return
			}
			wantError(t, err, c.kind)
		})
	}
}

func TestHostCertificates(t *testing.T) {
	signer := func() ssh.Signer {
		s, err := ssh.NewSignerFromKey(newKey(t))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	authority, stranger := signer(), signer()
	srv, plain, expelled := remotetest.Start(t, remotetest.Faults{}), remotetest.Start(t, remotetest.Faults{}),
		remotetest.Start(t, remotetest.Faults{})
	srv.CertifyHostKey(t, authority, "127.0.0.1")
	expelled.CertifyHostKey(t, authority, "db9")
	line := func(s ssh.Signer) string { return string(ssh.MarshalAuthorizedKey(s.PublicKey())) }
	for _, c := range []struct {
		name  string
		srv   *remotetest.Server
		lines string
		kind  remote.Kind
	}{
		{"vouched for", srv, "@cert-authority * " + line(authority), ""},
		{"vouched for, by address", srv, "@cert-authority 127.0.0.* " + line(authority), ""},
		{"by somebody else", srv, "@cert-authority * " + line(stranger), remote.HostKeyUnknown},
		{"by somebody else, and known", srv, "@cert-authority * " + line(stranger) + read(t, srv.KnownHosts), ""},
		{"vouched for, without port", srv, "@cert-authority 127.0.0.1 " + line(authority), ""},
		{"not for this host", srv, "@cert-authority *.example " + line(authority), remote.HostKeyUnknown},
		{"of another host", expelled, "@cert-authority * " + line(authority), remote.HostKeyUnknown},
		{"the authority is revoked", srv, "@cert-authority * " + line(authority) + "@revoked * " + line(authority),
			remote.HostKeyChanged},
		{"a host without a certificate", plain, "@cert-authority * " + line(authority), remote.HostKeyUnknown},
		{"a known host without one", plain, "@cert-authority * " + line(authority) + read(t, plain.KnownHosts), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := c.srv.Config()
			knownFile(t, &config, c.lines)
			client, err := remote.Dial(deadline(t), config)
			if c.kind == "" && err == nil {
				client.Close()
				return
			}
			wantError(t, err, c.kind)
		})
	}
}

func BenchmarkKnownHosts(b *testing.B) {
	srv := remotetest.Start(b, remotetest.Faults{})
	var lines strings.Builder
	key := make([]byte, 16)
	for range 2000 {
		rand.Read(key)
		lines.WriteString(knownhosts.HashHostname(string(key)) +
			" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJfkNV4OS33ImTXvorZr72q4v5XhVEQKfvqsxOEJ/XaR\n")
	}
	config := srv.Config()
	config.KnownHosts = append(config.KnownHosts, writeFile(b, lines.String()))
	for b.Loop() {
		dial(b, config)
	}
}
