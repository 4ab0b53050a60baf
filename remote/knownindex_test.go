package remote_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/skeema/knownhosts"
	"golang.org/x/crypto/ssh"
	xknownhosts "golang.org/x/crypto/ssh/knownhosts"

	"odooctl/remote"
)

// TestKnownHostsOnce: the index answers for each host as the library does, which scans
// all lines.
func TestKnownHostsOnce(t *testing.T) {
	var keys []ssh.PublicKey
	for range 4 {
		k, err := ssh.NewSignerFromKey(newKey(t))
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, k.PublicKey())
	}
	line := func(names string, key int) string {
		return names + " " + strings.TrimSpace(string(ssh.MarshalAuthorizedKey(keys[key]))) + " comment\n"
	}
	plain := "# hosts\n\n" + line("db1,10.0.0.1", 0) + line("[db1]:2222", 1) + line("db2:2222,,::1", 2) + "  " +
		line("db1", 2) + strings.ReplaceAll(line("[::1]:2200", 1), " ", "\t")
	for name, text := range map[string]string{
		"plain":      plain,
		"hashed":     plain + line(xknownhosts.HashHostname("db3"), 3),
		"pattern":    plain + line("db*", 3),
		"negated":    plain + line("!db1,db*", 3),
		"revoked":    plain + "@revoked " + line("*", 0),
		"authority":  plain + "@cert-authority " + line("*", 3),
		"two a line": line("db1,db1", 0),
		"empty":      "",
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "known_hosts")
			overwrite(t, file, text)
			library, err := knownhosts.NewDB(file)
			if err != nil {
				t.Fatal(err)
			}
			var known remote.KnownHosts
			for _, host := range []string{"db1:22", "db1:2222", "db2:22", "db2:2222", "10.0.0.1:22", "[::1]:22",
				"[::1]:2200", "db3:22", "DB1:22", "db9:22"} {
				got, err := known.Of([]string{file, file + ".absent"}, host)
				if err != nil {
					t.Fatal(err)
				}
				if g, w := got.HostKeyAlgorithms(host), library.HostKeyAlgorithms(host); fmt.Sprint(g) != fmt.Sprint(w) {
					t.Errorf("%s: algorithms %v, want %v", host, g, w)
				}
				for i, k := range keys {
					if g, w := verdict(got, host, k), verdict(library, host, k); g != w {
						t.Errorf("%s: key %d: %s, want %s", host, i, g, w)
					}
				}
			}
		})
	}
}

// verdict is the answer for a key, with the lines that it rests on.
func verdict(db *knownhosts.HostKeyDB, host string, key ssh.PublicKey) string {
	err := db.HostKeyCallback()(host, new(net.TCPAddr), key)
	var unlike *xknownhosts.KeyError
	if !errors.As(err, &unlike) {
		return fmt.Sprint(err)
	}
	lines := map[int]bool{}
	for _, k := range unlike.Want {
		lines[k.Line] = true
	}
	return fmt.Sprint("want lines ", lines)
}

// TestKnownHostsChange: a file that was replaced meanwhile, as by trust, is read again;
// a broken one is an error.
func TestKnownHostsChange(t *testing.T) {
	k, err := ssh.NewSignerFromKey(newKey(t))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "known_hosts")
	var known remote.KnownHosts
	count := func() int {
		t.Helper()
		db, err := known.Of([]string{file}, "db1:22")
		if err != nil {
			t.Fatal(err)
		}
		return len(db.HostKeys("db1:22"))
	}
	if n := count(); n != 0 {
		t.Errorf("%d keys without a file", n)
	}
	text := xknownhosts.Line([]string{"db1"}, k.PublicKey()) + "\n"
	overwrite(t, file, text)
	if n := count(); n != 1 {
		t.Errorf("%d keys, want 1", n)
	}
	overwrite(t, file, strings.Replace(text, "db1", "db2", 1)) // the size stays
	if err := os.Chtimes(file, time.Time{}, time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	if n := count(); n != 0 {
		t.Errorf("%d keys, and the file has another host now", n)
	}
	overwrite(t, file, "db1 ssh-ed25519 nonsense\n")
	if _, err := known.Of([]string{file}, "db1:22"); err == nil || !strings.Contains(err.Error(), file+":1") {
		t.Errorf("got %v, want the line", err)
	}
}

func overwrite(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
