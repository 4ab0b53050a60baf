package remote_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"golang.org/x/crypto/ssh"

	"odooctl/remote"
	"odooctl/remote/remotetest"
)

func TestPassphraseIsAskedOnce(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	right := privateKey(t, srv.IdentityFile)
	c := srv.Config()
	c.IdentityFiles = []string{writeKey(t, right, "secret")}
	var asked atomic.Int32
	c.Keyring = &remote.Keyring{Passphrase: func(_ context.Context, file string) (string, error) {
		asked.Add(1)
		if file != c.IdentityFiles[0] {
			t.Errorf("asked for %s", file)
		}
		return "secret", nil
	}}
	dialMany(t, c, 5)
	if n := asked.Load(); n != 1 {
		t.Errorf("asked %d times for 5 hosts, want once", n)
	}

	c.AgentSocket = serveAgent(t, right)
	c.Keyring.Passphrase = func(context.Context, string) (string, error) { return "", errors.New("not to be asked") }
	dial(t, c)
	c.IdentityFiles, c.DefaultIdentityFiles = nil, c.IdentityFiles
	dial(t, c)
}

func TestWrongPassphrase(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	c := srv.Config()
	c.IdentityFiles = []string{writeKey(t, newKey(t), "secret")}
	asked := 0
	c.Keyring = &remote.Keyring{Passphrase: func(context.Context, string) (string, error) {
		asked++
		return "guess", nil
	}}
	for range 2 {
		_, err := remote.Dial(deadline(t), c)
		wantError(t, err, remote.Auth, "read identity file "+c.IdentityFiles[0], "the passphrase is wrong")
	}
	if asked != 1 || srv.Counts().Connections != 0 {
		t.Errorf("asked %d times, %d connections, want 1 and 0", asked, srv.Counts().Connections)
	}
}

// The server accepts only the certificate, which is found beside the key.
func TestUserCertificate(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	key := newKey(t)
	signer, err := ssh.NewSignerFromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	authority, err := ssh.NewSignerFromKey(newKey(t))
	if err != nil {
		t.Fatal(err)
	}
	c := srv.Config()
	c.IdentityFiles = []string{writeKey(t, key, "")}
	_, err = remote.Dial(deadline(t), c)
	wantError(t, err, remote.Auth)
	srv.CertifyUser(t, authority, signer, c.IdentityFiles[0])
	before := srv.Counts().Offers
	dial(t, c)
	if n := srv.Counts().Offers - before; n != 1 {
		t.Errorf("%d keys were offered, want the certificate alone", n)
	}
	encrypted := writeKey(t, key, "secret")
	srv.CertifyUser(t, authority, signer, encrypted)
	c.IdentityFiles, c.AgentSocket = []string{encrypted}, serveAgent(t, key)
	dial(t, c)
}

// Without a certificate, or with another key's, the key itself is offered.
func TestOddCertificates(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	other, err := ssh.NewSignerFromKey(newKey(t))
	if err != nil {
		t.Fatal(err)
	}
	file := srv.IdentityFile
	srv.CertifyUser(t, other, other, file)
	dial(t, srv.Config())
	if err := os.WriteFile(file+"-cert.pub", []byte("garbage"), 0o600); err != nil {
		t.Fatal(err)
	}
	dial(t, srv.Config())
}

func TestPassword(t *testing.T) {
	for _, c := range []struct {
		name        string
		keys        bool // a wrong key is offered first
		interactive bool
		password    string
		works       bool
		says        string
	}{
		{name: "right", password: "right", works: true},
		{name: "right, after a key", keys: true, password: "right", works: true},
		{name: "right, as an answer", interactive: true, password: "right", works: true},
		{name: "wrong", password: "wrong", says: "the host refused the password"},
		{name: "wrong, after a key", keys: true, password: "wrong", says: ", and the password"},
		{name: "wrong, as an answer", interactive: true, password: "wrong", says: "the host refused the password"},
	} {
		t.Run(c.name, func(t *testing.T) {
			srv := remotetest.Start(t, remotetest.Faults{Password: "right", Interactive: c.interactive})
			config := srv.Config()
			config.IdentityFiles = nil
			if c.keys {
				config.IdentityFiles = []string{writeKey(t, newKey(t), "")}
			}
			config.Password = func(context.Context) (string, error) { return c.password, nil }
			client, err := remote.Dial(deadline(t), config)
			if err == nil {
				client.Close()
			}
			if (err == nil) != c.works {
				t.Fatalf("got error %v", err)
			} else if err != nil {
				wantError(t, err, remote.Auth, c.says)
			}
			if n := srv.Counts(); n.Passwords != 1 || n.Connections != 1 {
				t.Errorf("the password was tried %d times on %d connections, want once on one",
					n.Passwords, n.Connections)
			}
		})
	}
}

func TestPasswordIsNotGivenWhereAKeyDoes(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{Password: "right"})
	c := srv.Config()
	c.Password = func(context.Context) (string, error) { t.Error("the password was asked for"); return "", nil }
	dial(t, c)
}

// The key that worked on one host is offered first on the next one, even where the
// host's limit would have left it out.
func TestRightKeyFirst(t *testing.T) {
	a, b := remotetest.Start(t, remotetest.Faults{}), remotetest.Start(t, remotetest.Faults{})
	b.Admit(a)
	c := a.Config()
	var files []string
	for range 7 {
		files = append(files, writeKey(t, newKey(t), ""))
	}
	c.Keyring = new(remote.Keyring)
	c.IdentityFiles = append(files[:3:3], a.IdentityFile)
	dial(t, c)
	if n := a.Counts().Offers; n != 4 {
		t.Fatalf("%d keys were offered, want 4", n)
	}
	next := b.Config()
	next.Keyring, next.IdentityFiles = c.Keyring, append(files, a.IdentityFile)
	dial(t, next)
	if n := b.Counts().Offers; n != 1 {
		t.Errorf("%d keys were offered to the second host, want the right one alone", n)
	}
}

func TestOtherKeys(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	right, wrong := privateKey(t, srv.IdentityFile), writeKey(t, newKey(t), "")
	missing := filepath.Join(t.TempDir(), "missing")
	for _, c := range []struct {
		name   string
		set    func(*remote.Config)
		offers int
	}{
		{"the agent's keys follow the file", func(c *remote.Config) {
			c.IdentityFiles, c.AgentSocket, c.OtherKeys = []string{wrong}, serveAgent(t, right), true
		}, 2},
		{"a file is missing",
			func(c *remote.Config) { c.IdentityFiles, c.OtherKeys = []string{missing, srv.IdentityFile}, true }, 1},
		{"a default file follows the agent's keys", func(c *remote.Config) {
			c.IdentityFiles, c.AgentSocket = nil, serveAgent(t, newKey(t))
			c.DefaultIdentityFiles = []string{missing, writeKey(t, newKey(t), "secret"), srv.IdentityFile}
		}, 2},
		{"the same key twice", func(c *remote.Config) {
			c.IdentityFiles, c.AgentSocket, c.OtherKeys = []string{srv.IdentityFile, srv.IdentityFile},
				serveAgent(t, right), true
		}, 1},
	} {
		config := srv.Config()
		c.set(&config)
		before := srv.Counts().Offers
		dial(t, config)
		if n := srv.Counts().Offers - before; n != c.offers {
			t.Errorf("%s: %d keys were offered, want %d", c.name, n, c.offers)
		}
	}
}
