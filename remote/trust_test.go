package remote_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"odooctl/inventory"
	"odooctl/remote"
	"odooctl/remote/remotetest"
)

// knownFile gives c a known_hosts file of its own.
func knownFile(t *testing.T, c *remote.Config, text string) string {
	t.Helper()
	file := writeFile(t, text)
	c.KnownHosts = []string{file}
	return file
}

func writeFile(t testing.TB, text string) (file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "known_hosts")
	if err := os.WriteFile(file, []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
	return file
}

func scan(t *testing.T, c remote.Config) remote.HostKey {
	t.Helper()
	var s remote.Scanner
	defer s.Close()
	return s.Scan(deadline(t), c)
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestScan(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	known := read(t, srv.KnownHosts)
	host, key, _ := strings.Cut(known, " ")
	more := srv.AddHostKeys(t)
	ecdsa := knownhosts.Line([]string{host}, more[0])
	stranger, err := ssh.NewSignerFromKey(newKey(t))
	if err != nil {
		t.Fatal(err)
	}
	other := knownhosts.Line([]string{host}, stranger.PublicKey())
	for _, c := range []struct {
		name, known, pin string
		state            remote.KeyState
		keyType          string
	}{
		{"new", "", "", remote.KeyNew, "ssh-ed25519"},
		{"known", known, "", remote.KeyKnown, "ssh-ed25519"},
		{"known by another type", ecdsa, "", remote.KeyKnown, "ecdsa-sha2-nistp256"},
		{"changed", other, "", remote.KeyChanged, "ssh-ed25519"},
		{"revoked", "@revoked * " + key, "", remote.KeyRevoked, "ssh-ed25519"},
		{"pinned", "", srv.Fingerprint(), remote.KeyKnown, "ssh-ed25519"},
		{"pinned, of another type", "", ssh.FingerprintSHA256(more[1]), remote.KeyKnown, "ssh-rsa"},
		{"pinned whole", "", strings.TrimSpace(string(ssh.MarshalAuthorizedKey(more[0]))), remote.KeyKnown,
			"ecdsa-sha2-nistp256"},
		{"pinned otherwise", known, ssh.FingerprintSHA256(stranger.PublicKey()), remote.KeyChanged, "ssh-ed25519"},
	} {
		config := srv.Config()
		config.HostKey = c.pin
		knownFile(t, &config, c.known)
		k := scan(t, config)
		if k.Err != nil || k.State != c.state || k.Type != c.keyType || k.Host != "host1" || k.Address != srv.Addr {
			t.Errorf("%s: got %+v", c.name, k)
		}
		if (k.Known != "") != (c.state == remote.KeyChanged || c.state == remote.KeyRevoked) {
			t.Errorf("%s: what is known instead: %q", c.name, k.Known)
		}
	}
	if n := srv.Counts().Offers; n != 0 {
		t.Errorf("%d keys were offered to be able to look", n)
	}
}

// A known type of key that the host no longer has is a change, not a failure.
func TestScanWhereTheTypeIsGone(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	config := srv.Config()
	host, _, _ := strings.Cut(read(t, srv.KnownHosts), " ")
	knownFile(t, &config, host+" "+ecdsaKey(t))
	if k := scan(t, config); k.Err != nil || k.State != remote.KeyChanged || k.Fingerprint != srv.Fingerprint() {
		t.Errorf("got %+v", k)
	}
}

func TestTrust(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	name := knownhosts.Normalize(srv.Addr)
	const foreign = "# mine\n\ndb9,192.0.2.1 ssh-ed25519 " +
		"AAAAC3NzaC1lZDI1NTE5AAAAIJfkNV4OS33ImTXvorZr72q4v5XhVEQKfvqsxOEJ/XaR kept"
	config := srv.Config()
	file := knownFile(t, &config, foreign)
	if err := remote.Trust([]remote.HostKey{scan(t, config)}, inventory.ReplaceFile); err != nil {
		t.Fatal(err)
	}
	dial(t, config)
	text := read(t, file)
	if !strings.HasPrefix(text, foreign+"\n"+name+" ssh-ed25519 ") {
		t.Errorf("got %s", text)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("its mode is %v (%v)", info.Mode(), err)
	}
	if entries, _ := os.ReadDir(filepath.Dir(file)); len(entries) != 1 {
		t.Errorf("files are left behind: %v", entries)
	}
	if err := remote.Trust([]remote.HostKey{scan(t, config)}, inventory.ReplaceFile); err == nil ||
		!strings.Contains(err.Error(), "it is known") {
		t.Errorf("a known key was written again: %v", err)
	}
}

func TestTrustWithoutAFile(t *testing.T) {
	config := remotetest.Start(t, remotetest.Faults{}).Config()
	config.KnownHosts = []string{filepath.Join(t.TempDir(), "new", "known_hosts")}
	if err := remote.Trust([]remote.HostKey{scan(t, config)}, inventory.ReplaceFile); err != nil {
		t.Fatal(err)
	}
	dial(t, config)
	if info, err := os.Stat(config.KnownHosts[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("its mode is %v (%v)", info.Mode(), err)
	}
}

// If names are hashed, the new one is too, and the old one of a replaced key is found;
// of several names on a line only the one is removed.
func TestReplace(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	name := knownhosts.Normalize(srv.Addr)
	const old = " ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJfkNV4OS33ImTXvorZr72q4v5XhVEQKfvqsxOEJ/XaR"
	for _, c := range []struct{ name, before, stays string }{
		{"plain", name + old + "\n", ""},
		{"with others", "db9," + name + ",db8" + old + " comment\n", "db9,db8" + old + " comment\n"},
		{"hashed", knownhosts.HashHostname(name) + old + "\n", ""},
		{"twice", name + old + "\n" + name + " " + ecdsaKey(t), ""},
	} {
		config := srv.Config()
		file := knownFile(t, &config, "db7"+old+"\n"+c.before)
		k := scan(t, config)
		if k.State != remote.KeyChanged {
			t.Fatalf("%s: got %+v", c.name, k)
		}
		if err := remote.Trust([]remote.HostKey{k}, inventory.ReplaceFile); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		text := read(t, file)
		if !strings.HasPrefix(text, "db7"+old+"\n"+c.stays) ||
			strings.Count(text, "\n") != 2+strings.Count(c.stays, "\n") {
			t.Errorf("%s: got %s", c.name, text)
		}
		if hashed := strings.Contains(text, "\n|1|"); hashed != (c.name == "hashed") {
			t.Errorf("%s: hashed %v: %s", c.name, hashed, text)
		}
		dial(t, config)
	}
	config := srv.Config()
	second := config
	file := knownFile(t, &config, "")
	config.KnownHosts = append(config.KnownHosts, knownFile(t, &second, name+old+"\n"))
	if err := remote.Trust([]remote.HostKey{scan(t, config)}, inventory.ReplaceFile); err == nil ||
		!strings.Contains(err.Error(), "stays trusted") {
		t.Errorf("a key of another file stays unnoticed: %v; %s", err, read(t, file))
	}
}

func TestTrustRefuses(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	_, key, _ := strings.Cut(read(t, srv.KnownHosts), " ")
	for name, set := range map[string]func(*remote.Config) string{
		"it is revoked": func(c *remote.Config) string { return knownFile(t, c, "@revoked * "+key) },
		"the inventory pins SHA256:47DE": func(c *remote.Config) string {
			c.HostKey = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"
			return knownFile(t, c, "")
		},
		"there is no known_hosts file": func(c *remote.Config) string { c.KnownHosts = nil; return "" },
	} {
		config := srv.Config()
		file := set(&config)
		before := ""
		if file != "" {
			before = read(t, file)
		}
		if err := remote.Trust([]remote.HostKey{scan(t, config)}, inventory.ReplaceFile); err == nil ||
			!strings.Contains(err.Error(), name) {
			t.Errorf("got error %v, want %s", err, name)
		}
		if file != "" && read(t, file) != before {
			t.Errorf("%s: it was written", name)
		}
	}
}

// Hosts behind an unknown bastion are scanned through it, on the key that it showed;
// not through one whose key has changed.
func TestScanThroughABastion(t *testing.T) {
	bastion, target := remotetest.Start(t, remotetest.Faults{}), remotetest.Start(t, remotetest.Faults{})
	c := behind(target, bastion)
	knownFile(t, &c, "")
	knownFile(t, c.Jump, "")
	var s remote.Scanner
	keys := []remote.HostKey{s.Scan(deadline(t), *c.Jump), s.Scan(deadline(t), c), s.Scan(deadline(t), c)}
	s.Close()
	for i, want := range []*remotetest.Server{bastion, target, target} {
		if k := keys[i]; k.Err != nil || k.State != remote.KeyNew || k.Fingerprint != want.Fingerprint() {
			t.Errorf("got %+v", k)
		}
	}
	if n := bastion.Counts(); n.Connections != 2 || n.Logins != 1 || target.Counts().Connections != 1 {
		t.Errorf("bastion %+v, target %+v: want each looked at once, and one login", n, target.Counts())
	}
	if err := remote.Trust(keys, inventory.ReplaceFile); err != nil {
		t.Fatal(err)
	}
	dial(t, c)

	bastion.ChangeHostKey(t)
	k := scan(t, c)
	wantError(t, k.Err, remote.HostKeyChanged, "by way of bastion")
}

func TestSharedKeys(t *testing.T) {
	a, b := remotetest.Start(t, remotetest.Faults{}), remotetest.Start(t, remotetest.Faults{})
	b.CloneHostKey(a)
	var keys []remote.HostKey
	for i, srv := range []*remotetest.Server{a, a, b, remotetest.Start(t, remotetest.Faults{})} {
		c := srv.Config()
		c.Host = []string{"db1", "db1-too", "db2", "db3"}[i]
		keys = append(keys, scan(t, c))
	}
	groups := remote.Shared(keys)
	if len(groups) != 1 || !slices.Equal(groups[0], []string{"db1", "db2"}) {
		t.Errorf("got %v", groups)
	}
}

// Whatever a known_hosts file contains, removing a name and adding a key keeps every
// line about others.
func FuzzTrustKeepsLines(f *testing.F) {
	f.Add("# a\ndb1 ssh-ed25519 AAAA\n|1|x|y ssh-rsa BBBB\n", "db1")
	f.Add("db1,db2 k v\n\t \n@revoked * k v", "db2")
	f.Fuzz(func(t *testing.T, text, name string) {
		got := remote.Without(text, name)
		for line := range strings.Lines(text) {
			if !strings.Contains(line, name) && !strings.Contains(line, "|1|") && !strings.Contains(got, line) {
				t.Errorf("%q is lost from %q: %q", line, text, got)
			}
		}
	})
}

// nullDevice is a /dev/null of the test's own. Without the right to make one, the test
// uses the real one, which it may not replace either.
func nullDevice(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "null")
	switch err := syscall.Mknod(file, syscall.S_IFCHR|0o666, 1<<8|3); {
	case errors.Is(err, syscall.EPERM) && os.Geteuid() != 0:
		return os.DevNull
	case err != nil:
		t.Fatal(err)
	}
	return file
}

// TestTrustForgets has a known_hosts that stores nothing.
func TestTrustForgets(t *testing.T) {
	config := remotetest.Start(t, remotetest.Faults{}).Config()
	null := nullDevice(t)
	config.KnownHosts, config.KnownHostsFrom = []string{null}, "config:3: UserKnownHostsFile"
	before, err := os.Lstat(null)
	if err != nil {
		t.Fatal(err)
	}
	k := scan(t, config)
	want := "config:3: UserKnownHostsFile is " + null +
		", which is not a regular file, so nothing is remembered: name a file there, or in ssh.known_hosts"
	if err := remote.Trust([]remote.HostKey{k}, inventory.ReplaceFile); k.State != remote.KeyNew || err == nil ||
		!strings.Contains(err.Error(), want) {
		t.Errorf("%s: %v; want %s", k.State, err, want)
	}
	if after, err := os.Lstat(null); err != nil || after.Mode() != before.Mode() || !os.SameFile(before, after) {
		t.Errorf("the device is %v now: %v", after, err)
	}
	if _, err := remote.Dial(deadline(t), config); remote.KindOf(err) != remote.HostKeyUnknown ||
		!strings.Contains(err.Error(), want) {
		t.Errorf("a login says: %v", err)
	}
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	config.KnownHosts = []string{pipe}
	if k := scan(t, config); remote.KindOf(k.Err) != remote.HostKeyUnknown ||
		!strings.Contains(k.Err.Error(), "no regular file") {
		t.Errorf("a pipe: %+v", k)
	}
}
