package tasks

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// attacker is what the owner of folders does continuously: it plants links to root's
// files at every name that it sees, hard links to its own files, pipes, and other
// folders, and restores the old ones. $1 is its folder, $2 root's, $3 which attack, 6
// for all in turn, and $4 the pause in between.
const attacker = `cd "$1" || exit
n=0
while [ -d "$1" ]; do
	n=$((n + 1))
	for f in .[!.]* *; do
		case $f in keep | .odooctl-*.away) continue ;; esac
		k=$3
		[ $k != 6 ] || k=$((n % 6))
		case $k in
		0) mv -T "$f" "$f.away" && ln -s "$2/secret" "$f" && rm -f "$f"; mv -T "$f.away" "$f" ;;
		1) mv -T "$f" keep && ln -s "$2" "$f" && rm -f "$f"; mv -T keep "$f" ;;
		2) ln -sfn "$2/secret" "$f/in" && rm -f "$f/in" ;;
		3) ln -sf "$2/secret" "$f.odooctl" && rm -f "$f.odooctl" ;;
		4) ln -s "$2/secret" "sub/$f" && rm -f "sub/$f" ;;
		5) mv -T sub keep && ln -s "$2" sub && rm -f sub; mv -T keep sub ;;
		esac
		[ -z "$4" ] || sleep "$4"
	done
done 2>/dev/null`

// TestAttackedAllTheTime: under these attacks, transactions, their undo, rollbacks and
// the end of a grant do what was planned or refuse, and nothing of root's changes.
func TestAttackedAllTheTime(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Fatal("this test has folders of two users: run it as root")
	}
	t.Parallel()
	s := newScratch(t)
	makeFolder(s, "/etc/theirs/sub")
	makeFolder(s, "/root")
	s.write(s.root+"/root/secret", "secret\n", 0o600)
	s.file("/root/file", "file\n")
	s.write(filepath.Join(s.bin, "flock"), "#!/bin/sh\nexit 0\n", 0o755)
	reset := func() {
		os.RemoveAll(s.root + "/etc/theirs")
		makeFolder(s, "/etc/theirs/sub")
		for _, f := range []string{"/changed", "/removed", "/owned", "/sub/changed"} {
			s.file("/etc/theirs"+f, "old, until noon\n")
		}
		s.giveAwayAll("/etc/theirs")
	}
	reset()
	plan := s.plan(func(h *Host) error {
		h.File("/etc/theirs/new").SetText("new\n").Own("root", "root", 0o600)
		h.File("/etc/theirs/changed").SetText("new\n")
		h.File("/etc/theirs/sub/changed").SetText("new\n")
		h.File("/etc/theirs/removed").Remove()
		h.File("/etc/theirs/owned").Own("nobody", "nogroup", 0o640)
		h.Directory("/etc/theirs/made", "nobody", "nogroup", 0o750)
		h.File("/etc/theirs/made/file").SetText("new\n").Own("nobody", "nogroup", 0o600)
		h.Tree("/etc/theirs/sub/tree", map[string]TreeFile{"a/b": TextFile("b\n")})
		return nil
	})
	was := s.outside()
	codes := map[int]int{}
	for n := range attackRounds {
		reset()
		cmd := exec.Command("sh", "-c", attacker, "sh", s.root+"/etc/theirs", s.root+"/root",
			fmt.Sprint(n%7), []string{"", "0.01", "0.1"}[n%3])
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}, Setpgid: true}
		if n > 0 { // the first round is without attacks
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(50 * time.Millisecond) // a transaction may be done before the attacker's shell begins
		}
		id := fmt.Sprintf("run%d-0", n)
		text, payload := plan.Pack(Run{ID: id, Who: "test", Root: s.root})
		code, out := s.sh(text, payload)
		codes[code]++
		if testing.Verbose() {
			t.Logf("round %d: exit %d: %s", n, code, out)
		}
		if code == -1 || (n == 0 && code != 0) {
			t.Errorf("exit %d:\n%s", code, out)
		}
		if code == 0 && n%2 == 0 {
			code, out = s.sh(RollbackScript(Run{ID: "back" + id, Who: "test", Root: s.root}, id), nil)
			if n == 0 && code != 0 {
				t.Errorf("going back: exit %d:\n%s", code, out)
			}
		}
		s.sh(AtScript(s.root, "odooctl-grant-x",
			"drop /etc/theirs/changed ', until noon'\nkeep /etc/theirs/sub/changed -e s/new/newer/\n"), nil)
		if n > 0 {
			syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
			cmd.Wait()
		}
		if now := s.outside(); now != was {
			t.Fatalf("round %d: root's files are now\n%s\nwant\n%s\n%s", n, now, was, out)
		}
	}
	if codes[0] < 1 || len(codes) < 2 {
		t.Errorf("ended with %v: does the attacker do anything?", codes)
	}
	t.Logf("exit codes: %v", codes)
}

// outside lists what is not in the attacked folder, with owners.
func (s *scratch) outside() string {
	s.t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(s.root, func(p string, d os.DirEntry, err error) error {
		rel := strings.TrimPrefix(p, s.root)
		if rel == stateDir || rel == "/etc/theirs" {
			return filepath.SkipDir
		}
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		st := info.Sys().(*syscall.Stat_t)
		names := st.Nlink
		if d.IsDir() {
			names = 0
		}
		text, _ := os.ReadFile(p)
		fmt.Fprintf(&b, "%s %v %d:%d %d %q\n", rel, info.Mode(), st.Uid, st.Gid, names, text)
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return b.String()
}
