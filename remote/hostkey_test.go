package remote_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"odooctl/remote"
	"odooctl/remote/remotetest"
)

func TestHostKeys(t *testing.T) {
	const other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJfkNV4OS33ImTXvorZr72q4v5XhVEQKfvqsxOEJ/XaR"
	srv := remotetest.Start(t, remotetest.Faults{})
	known, err := os.ReadFile(srv.KnownHosts)
	if err != nil {
		t.Fatal(err)
	}
	host, _, _ := strings.Cut(string(known), " ")
	for _, c := range []struct {
		name  string
		lines string // of known_hosts; "-": the file does not exist
		pin   string
		kind  remote.Kind
		says  []string
	}{
		{name: "known", lines: string(known)},
		{name: "pinned", lines: "-", pin: srv.Fingerprint()},
		{name: "pinned, known_hosts is wrong", lines: host + " " + other, pin: srv.Fingerprint()},
		{name: "known after a comment", lines: "# mine\n\n" + string(known)},
		{name: "no file", lines: "-", kind: remote.HostKeyUnknown,
			says: []string{srv.Fingerprint(), "odooctl trust INVENTORY, and compare"}},
		{name: "other host", lines: "db9 " + other, kind: remote.HostKeyUnknown, says: []string{srv.Fingerprint()}},
		{name: "changed", lines: "# mine\n" + host + " " + other, kind: remote.HostKeyChanged,
			says: []string{srv.Fingerprint(), "known_hosts:2 says ssh-ed25519 SHA256:",
				"odooctl trust INVENTORY --replace host1"}},
		{name: "other pin", lines: string(known), pin: "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
			kind: remote.HostKeyChanged,
			says: []string{"the inventory pins SHA256:47DE"}},
		{name: "revoked", lines: "@revoked * " + strings.SplitN(string(known), " ", 2)[1], kind: remote.HostKeyChanged,
			says: []string{"revoked"}},
		{name: "bad line", lines: string(known) + "db9 ssh-ed25519 !!!", kind: ""},
		{name: "another type of key", lines: host + " " + ecdsaKey(t),
			kind: remote.HostKeyChanged, says: []string{"only these are known: [ecdsa-sha2-nistp256]"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := srv.Config()
			config.HostKey = c.pin
			config.KnownHosts = []string{filepath.Join(t.TempDir(), "known_hosts")}
			if c.lines != "-" {
				if err := os.WriteFile(config.KnownHosts[0], []byte(c.lines), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			client, err := remote.Dial(deadline(t), config)
			if c.kind == "" && err == nil {
				client.Close()
				return
			}
			wantError(t, err, c.kind, c.says...)
		})
	}
}

func ecdsaKey(t *testing.T) string {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ssh.NewPublicKey(&private.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return string(ssh.MarshalAuthorizedKey(key))
}

func TestHostKeyChanges(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	dial(t, srv.Config())
	before := srv.Counts().Offers
	srv.ChangeHostKey(t)
	_, err := remote.Dial(deadline(t), srv.Config())
	wantError(t, err, remote.HostKeyChanged, srv.Fingerprint(), srv.KnownHosts+":1")
	if n := srv.Counts().Offers - before; n != 0 {
		t.Errorf("%d keys were offered to a host with a wrong key", n)
	}
}

// A host with keys of several types is asked for the known type, and a pin is found
// whichever key it is of.
func TestHostWithSeveralKeys(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	fingerprints := map[string]string{"ssh-ed25519": srv.Fingerprint()}
	lines := map[string]string{}
	for _, key := range srv.AddHostKeys(t) {
		fingerprints[key.Type()] = ssh.FingerprintSHA256(key)
		lines[key.Type()] = knownhosts.Line([]string{knownhosts.Normalize(srv.Addr)}, key)
	}
	for name, pin := range fingerprints {
		config := srv.Config()
		config.HostKey = pin
		if client, err := remote.Dial(deadline(t), config); err != nil {
			t.Errorf("pin of %s: %v", name, err)
		} else {
			client.Close()
		}
	}
	for name, line := range lines {
		config := srv.Config()
		config.KnownHosts = []string{filepath.Join(t.TempDir(), "known_hosts")}
		if err := os.WriteFile(config.KnownHosts[0], []byte(line), 0o600); err != nil {
			t.Fatal(err)
		}
		if client, err := remote.Dial(deadline(t), config); err != nil {
			t.Errorf("known %s: %v", name, err)
		} else {
			client.Close()
		}
	}
	config := srv.Config()
	config.HostKey = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"
	_, err := remote.Dial(deadline(t), config)
	wantError(t, err, remote.HostKeyChanged, "the inventory pins")
}
