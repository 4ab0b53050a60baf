package remote_test

import (
	"context"
	"crypto/ed25519"
	"encoding/pem"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"odooctl/remote"
	"odooctl/remote/remotetest"
)

// serveAgent serves an agent with the given private keys.
func serveAgent(t *testing.T, keys ...any) (socket string) {
	t.Helper()
	ring := agent.NewKeyring()
	for _, key := range keys {
		if err := ring.Add(agent.AddedKey{PrivateKey: key}); err != nil {
			t.Fatal(err)
		}
	}
	socket = filepath.Join(t.TempDir(), "agent")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				agent.ServeAgent(ring, conn)
				conn.Close()
			}()
		}
	}()
	return socket
}

func newKey(t *testing.T) ed25519.PrivateKey {
	t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func privateKey(t *testing.T, file string) any {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ssh.ParseRawPrivateKey(text)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// writeKey writes a private key, encrypted if there is a passphrase.
func writeKey(t *testing.T, key any, passphrase string) (file string) {
	t.Helper()
	marshal := func() (*pem.Block, error) { return ssh.MarshalPrivateKey(key, "") }
	if passphrase != "" {
		marshal = func() (*pem.Block, error) {
			return ssh.MarshalPrivateKeyWithPassphrase(key, "", []byte(passphrase))
		}
	}
	block, err := marshal()
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestLogins(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	right := privateKey(t, srv.IdentityFile)
	encrypted := writeKey(t, right, "secret")
	for _, c := range []struct {
		name   string
		files  []string
		agent  string
		offers int // the query and the signature of the right key count as one each
	}{
		{name: "file", files: []string{srv.IdentityFile}, offers: 1},
		{name: "second file", files: []string{writeKey(t, newKey(t), ""), srv.IdentityFile}, offers: 2},
		{name: "agent", agent: serveAgent(t, right), offers: 1},
		{name: "agent with another key first", agent: serveAgent(t, newKey(t), right), offers: 2},
		{name: "encrypted file, agent holds it", files: []string{encrypted},
			agent: serveAgent(t, newKey(t), newKey(t), right), offers: 1},
		{name: "public key, agent holds it", files: []string{srv.IdentityFile + ".pub"},
			agent: serveAgent(t, newKey(t), right), offers: 1},
		{name: "file, the agent's keys are not offered", files: []string{srv.IdentityFile},
			agent: serveAgent(t, newKey(t)), offers: 1},
		{name: "file, the agent is dead", files: []string{srv.IdentityFile}, agent: "/nonexistent/agent", offers: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := srv.Config()
			config.IdentityFiles, config.AgentSocket = c.files, c.agent
			before := srv.Counts().Offers
			dial(t, config)
			if n := srv.Counts().Offers - before; n != c.offers {
				t.Errorf("%d keys were offered, want %d", n, c.offers)
			}
		})
	}
}

func TestRefusedLogins(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	wrong := writeKey(t, newKey(t), "")
	encrypted := writeKey(t, newKey(t), "secret")
	garbage := filepath.Join(t.TempDir(), "garbage")
	executable(t, garbage, "not a key\n")
	many := serveAgent(t, newKey(t), newKey(t), newKey(t), newKey(t), newKey(t), newKey(t), newKey(t), newKey(t))
	for _, c := range []struct {
		name        string
		files       []string
		agent       string
		says        string
		offers      int
		connections int
	}{
		{name: "wrong key", files: []string{wrong}, says: wrong + " (ssh-ed25519 SHA256:", offers: 1, connections: 1},
		{name: "too many keys", agent: many,

			says: "6 of 8 keys were offered before the login ended, and refused: agent (ssh-ed25519 SHA256:", offers: 6,
			connections: 1},
		{name: "encrypted", files: []string{encrypted}, says: "run: ssh-add " + encrypted},
		{name: "no key", files: []string{garbage}, says: garbage},
		{name: "missing", files: []string{"/nonexistent/key"},
			says: "read identity file /nonexistent/key: no such file"},
		{name: "nothing at all", says: "there is no identity file and no agent"},
		{name: "empty agent", agent: serveAgent(t), says: "holds no key"},
		{name: "dead agent", agent: "/nonexistent/agent", says: "the agent does not answer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := srv.Config()
			config.IdentityFiles, config.AgentSocket = c.files, c.agent
			before := srv.Counts()
			_, err := remote.Dial(deadline(t), config)
			wantError(t, err, remote.Auth, c.says)
			after := srv.Counts()
			if n := after.Offers - before.Offers; n != c.offers {
				t.Errorf("%d keys were offered, want %d", n, c.offers)
			}
			if n := after.Connections - before.Connections; n != c.connections {
				t.Errorf("%d connections, want %d", n, c.connections)
			}
		})
	}
}

// unusable makes identity files that ssh passes over without a terminal.
func unusable(t *testing.T) map[string]string {
	stranger, err := ssh.NewSignerFromKey(newKey(t))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"encrypted": writeKey(t, newKey(t), "secret"),
		"public":    writeFile(t, string(ssh.MarshalAuthorizedKey(stranger.PublicKey()))),
		"putty": writeFile(t, "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: me\n"+
			"Public-Lines: 2\n"),
		"folder":  t.TempDir(),
		"missing": filepath.Join(t.TempDir(), "id_ed25519"),
		"garbage": writeFile(t, "not a key\n"),
		"empty":   writeFile(t, ""),
	}
}

// Where a file gives no key the next one is tried, as by ssh -oBatchMode=yes, with one
// warning for all hosts.
func TestIdentityFallsThrough(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	for name, file := range unusable(t) {
		var warnings []string
		config := srv.Config()
		config.Keyring = &remote.Keyring{Warn: func(text string) { warnings = append(warnings, text) }}
		config.IdentityFiles = []string{file, srv.IdentityFile}
		dial(t, config)
		config.IdentityFiles, config.OtherKeys = []string{file}, true
		config.AgentSocket = serveAgent(t, privateKey(t, srv.IdentityFile))
		dial(t, config)
		if len(warnings) != 1 || !strings.HasPrefix(warnings[0], "identity file "+file+" is passed over: ") {
			t.Errorf("%s: warnings %q", name, warnings)
		}
	}
}

// A file that is missing while its public half is there names a key of the agent.
func TestPublicHalfOfMissingKey(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	config := srv.Config()
	config.AgentSocket = serveAgent(t, newKey(t), privateKey(t, srv.IdentityFile))
	config.IdentityFiles = []string{filepath.Join(t.TempDir(), "id")}
	executable(t, config.IdentityFiles[0]+".pub", read(t, srv.IdentityFile+".pub"))
	dial(t, config)
	if n := srv.Counts().Offers; n != 1 {
		t.Errorf("%d keys were offered, want the one named", n)
	}
}

// Where no file gives a key, or the host refuses those that do, each reason is said.
func TestIdentityReasons(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	config := srv.Config()
	var says []string
	files := unusable(t)
	for name, reason := range map[string]string{"encrypted": "the key is encrypted and the agent does not hold it",
		"public": "this is a public key and the agent does not hold its private half", "putty": "PuTTY's format",
		"folder": "is a directory", "missing": "no such file or directory", "garbage": "no key found"} {
		says = append(says, files[name]+": ", reason)
		alone := srv.Config()
		alone.IdentityFiles = []string{files[name]}
		_, err := remote.Dial(deadline(t), alone)
		wantError(t, err, remote.Auth, "read identity file "+files[name]+": ", reason)
	}
	config.IdentityFiles = nil
	for _, name := range []string{"encrypted", "public", "putty", "folder", "missing", "garbage"} {
		config.IdentityFiles = append(config.IdentityFiles, files[name])
	}
	_, err := remote.Dial(deadline(t), config)
	wantError(t, err, remote.Auth, append(says, "read the identity files", "run: ssh-add "+files["encrypted"])...)
	if n := srv.Counts().Connections; n != 0 {
		t.Errorf("%d connections without a key to offer", n)
	}
	config.IdentityFiles = append(config.IdentityFiles, writeKey(t, newKey(t), ""))
	_, err = remote.Dial(deadline(t), config)
	wantError(t, err, remote.Auth, append(says, "refused every key offered", "not offered were")...)
}

// All six tries of sshd are used, the last for the password if there is one.
func TestSixthKey(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{Password: "right"})
	config := srv.Config()
	config.IdentityFiles = nil
	for range 5 {
		config.IdentityFiles = append(config.IdentityFiles, writeKey(t, newKey(t), ""))
	}
	config.IdentityFiles = append(config.IdentityFiles, srv.IdentityFile)
	dial(t, config)
	for range 5 {
		config.IdentityFiles = append([]string{writeKey(t, newKey(t), "")}, config.IdentityFiles...)
	}
	config.Password = func(context.Context) (string, error) { return "right", nil }
	dial(t, config)
	waitFor(t, "two logins, one by password", func() bool { // the client knows of one before the server has counted it
		n := srv.Counts()
		return n.Passwords == 1 && n.Logins == 2
	})
}

func TestTooManyAuthenticationFailures(t *testing.T) {
	config := remotetest.Start(t, remotetest.Faults{MaxAuthTries: 1}).Config()
	config.IdentityFiles = []string{writeKey(t, newKey(t), ""), config.IdentityFiles[0]}
	_, err := remote.Dial(deadline(t), config)
	wantError(t, err, remote.Auth, "1 of 2 keys were offered", "IdentitiesOnly yes")
	if n := strings.Count(err.Error(), "SHA256:"); n != 1 {
		t.Errorf("%q names %d keys, want 1", err, n)
	}
}
