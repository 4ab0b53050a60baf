package remote_test

import (
	"context"
	"slices"
	"testing"

	"golang.org/x/crypto/ssh"

	"odooctl/remote"
	"odooctl/remote/remotetest"
)

// Where nothing is in common, the error says what the host offers and what to set, and that
// works. It is no changed key.
func TestNoCommonAlgorithm(t *testing.T) {
	for _, c := range []struct {
		name   string
		faults remotetest.Faults
		says   string
		set    remote.Algorithms
	}{
		{"host key", remotetest.Faults{SHA1: true},
			"no common host key algorithm: the host offers only ssh-rsa; update the host's sshd, or, if it cannot be, " +
				"allow it for this host in ssh_config: HostKeyAlgorithms +ssh-rsa", remote.Algorithms{HostKeys: "+ssh-rsa"}},
		{"kex", remotetest.Faults{Algorithms: ssh.Config{KeyExchanges: []string{ssh.InsecureKeyExchangeDH1SHA1}}},
			"no common key exchange algorithm: the host offers only diffie-hellman-group1-sha1",
			remote.Algorithms{Kex: "+diffie-hellman-group1-sha1"}},
		{"cipher", remotetest.Faults{Algorithms: ssh.Config{Ciphers: []string{ssh.InsecureCipherAES128CBC}}},
			"Ciphers +aes128-cbc", remote.Algorithms{Ciphers: "aes256-gcm@openssh.com,aes128-cbc"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			srv := remotetest.Start(t, c.faults)
			config := srv.Config()
			for _, known := range [][]string{nil, config.KnownHosts} { // it matters not whether its key is known
				config.KnownHosts = known
				_, err := remote.Dial(deadline(t), config)
				wantError(t, err, remote.Unreachable, c.says)
			}
			config.Algorithms = c.set
			dial(t, config)
			if keys := c.set.Unsupported(); len(keys) > 0 {
				t.Errorf("unsupported: %v", keys)
			}
		})
	}
}

func TestUnsupportedAlgorithms(t *testing.T) {
	a := remote.Algorithms{Kex: "sntrup761x25519-sha512@openssh.com", HostKeys: "ssh-ed25519,ssh-nonsense",
		Ciphers: "-aes*,chacha*", MACs: "-hmac-md5"}
	if got := a.Unsupported(); !slices.Equal(got, []string{"KexAlgorithms", "Ciphers"}) {
		t.Errorf("got %v", got)
	}
	config := remotetest.Start(t, remotetest.Faults{}).Config()
	config.Algorithms = a
	dial(t, config)
}

func TestPreferredAuthentications(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{Password: "right"})
	for _, c := range []struct {
		name      string
		noKeys    bool
		methods   []string
		password  bool
		passwords int
		says      string
	}{
		{name: "password first", methods: []string{"gssapi-with-mic", "password", "publickey"}, password: true, passwords: 1},
		{name: "keys first", methods: []string{"publickey", "password"}, password: true},
		{name: "no keys", noKeys: true, password: true, passwords: 1},
		{name: "no keys, no password", noKeys: true, says: "ssh_config allows no key"},
		{name: "password alone", methods: []string{"keyboard-interactive"}, password: true, passwords: 1},
		{name: "password alone, and none", methods: []string{"password"}, says: "PreferredAuthentications"},
		{name: "nothing known", methods: []string{"hostbased"}},
	} {
		before := srv.Counts().Passwords
		config := srv.Config()
		config.NoKeys, config.Methods = c.noKeys, c.methods
		if c.password {
			config.Password = func(context.Context) (string, error) { return "right", nil }
		}
		client, err := remote.Dial(deadline(t), config)
		if c.says != "" {
			wantError(t, err, remote.Auth, c.says)
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		client.Close()
		if n := srv.Counts().Passwords - before; n != c.passwords {
			t.Errorf("%s: %d passwords, want %d", c.name, n, c.passwords)
		}
	}
}
