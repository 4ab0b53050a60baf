package remote_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
	xknownhosts "golang.org/x/crypto/ssh/knownhosts"

	"odooctl/remote"
)

// badLines are lines that OpenSSH passes over. GOOD is a key.
var badLines = []string{
	"web1",
	"web1 ssh-ed25519",
	"web1 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI",
	"web1 ssh-ed25519 !!!",
	"web1 ssh-rsa GOOD",
	"web1 ssh-nonsense GOOD",
	"web1 ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBA==10.0.0.1 ssh-ed25519 AAAA",
	"@unknown web1 ssh-ed25519 GOOD",
	"@revoked @cert-authority web1 ssh-ed25519 GOOD",
	"@revoked",
	"<<<<<<< HEAD",
	"|1|not base64|either ssh-ed25519 GOOD",
	"\x00\x01\x02 binary \xff",
}

// TestKnownHostsAsOpenSSH: the lines found for each host are those of ssh-keygen -F, also
// around lines that cannot be read.
func TestKnownHostsAsOpenSSH(t *testing.T) {
	signer, err := ssh.NewSignerFromKey(newKey(t))
	if err != nil {
		t.Fatal(err)
	}
	key := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(signer.PublicKey())))
	line := func(names string) string { return names + " " + key + " comment\n" }
	plain := "# hosts\n\n" + line("db1,10.0.0.1") + line("[db1]:2222") + line("db2:2222,,::1") + "  " +
		line("db1") + strings.ReplaceAll(line("[::1]:2222"), " ", "\t") + line("DB4") + line("[Db5]:22") +
		line("db1,db1")
	files := map[string]string{
		"plain":     plain,
		"hashed":    plain + line(xknownhosts.HashHostname("db3")) + line(xknownhosts.HashHostname("[db3]:2222")),
		"pattern":   plain + line("db*") + line("[10.0.0.?]:*"),
		"negated":   plain + line("!db1,db*") + line("!DB1,*"),
		"revoked":   plain + "@revoked " + line("*"),
		"authority": plain + "@cert-authority " + line("*") + "@cert-authority " + line("[db9]:2222"),
		"windows":   strings.ReplaceAll(plain, "\n", "\r\n"),
		"empty":     "",
	}
	for i, bad := range badLines {
		files[fmt.Sprint("bad ", i)] = line("db9") + strings.ReplaceAll(bad, "ssh-ed25519 GOOD", key) + "\n" + plain
	}
	for name, text := range files {
		t.Run(name, func(t *testing.T) {
			file := writeFile(t, text)
			var warnings []string
			known := remote.KnownHosts{Warn: func(text string) { warnings = append(warnings, text) }}
			hosts := []string{"db1", "db2", "10.0.0.1", "::1", "db3", "DB4", "db5"}
			if strings.HasPrefix(name, "bad ") {
				hosts = []string{"db1", "db9"}
			}
			for _, host := range hosts {
				for _, port := range []int{22, 2222} {
					own, bare, err := known.Lines([]string{file, file + ".absent"}, host, port)
					if err != nil {
						t.Fatal(err)
					}
					name := strings.ToLower(host) // as ssh does before it looks
					if port == 22 {
						compareLines(t, file, name, own)
						continue
					}
					compareLines(t, file, fmt.Sprintf("[%s]:%d", name, port), own)
					if own, _, _ := known.Lines([]string{file}, host, 22); !slices.Equal(bare, own) {
						t.Errorf("%s: without port %v, want %v", host, bare, own)
					}
				}
			}
			if want := strings.HasPrefix(name, "bad "); want != (len(warnings) == 1) ||
				want && !strings.HasPrefix(warnings[0], file+":2: ") {
				t.Errorf("warnings %q", warnings)
			}
		})
	}
}

var foundLine = regexp.MustCompile(`found: line (\d+)`)

func compareLines(t *testing.T, file, name string, got []int) {
	t.Helper()
	out, _ := exec.Command("ssh-keygen", "-F", name, "-f", file).Output() // status 1: none
	var want []string
	for _, m := range foundLine.FindAllStringSubmatch(string(out), -1) {
		want = append(want, m[1])
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: lines %v, ssh-keygen -F finds %v", name, got, want)
	}
}

// TestBadLinesWarnOnce: all bad lines of a file are one warning, once in a run.
func TestBadLinesWarnOnce(t *testing.T) {
	file := writeFile(t, strings.Join(badLines, "\n")+"\n")
	var warnings []string
	known := remote.KnownHosts{Warn: func(text string) { warnings = append(warnings, text) }}
	for range 2 {
		if _, _, err := known.Lines([]string{file}, "db1", 22); err != nil {
			t.Fatal(err)
		}
		overwrite(t, file, strings.Join(badLines, "\n")+"\n# more\n")
	}
	want := []string{file + ":1: names, a type and a key should stand here; the line is passed over, and so are more: " +
		"2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 others"}
	if !slices.Equal(warnings, want) {
		t.Errorf("got  %q\nwant %q", warnings, want)
	}
}

// TestKnownHostsChange: a file that was replaced meanwhile, as by trust, is read again.
func TestKnownHostsChange(t *testing.T) {
	k, err := ssh.NewSignerFromKey(newKey(t))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "known_hosts")
	var known remote.KnownHosts
	count := func() int {
		t.Helper()
		own, _, err := known.Lines([]string{file}, "db1", 22)
		if err != nil {
			t.Fatal(err)
		}
		return len(own)
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
}

func overwrite(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
