package tasks

import (
	"cmp"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Scratch is a scratch host for the test that compares it with one in memory, whose
// package imports this one.
type Scratch struct {
	*scratch
	Root, Bin, Accounts string // Accounts has the etc/passwd of its users
}

// NewScratch returns a host that is a folder. Its accounts are in a folder of their own,
// where the real useradd and its like work.
func NewScratch(t *testing.T) *Scratch {
	t.Helper()
	s := newScratch(t)
	for _, dir := range []string{s.root, filepath.Dir(s.root)} { // those whose folders are on it have to come there
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	accounts := t.TempDir()
	makeFolderAt(t, accounts+"/etc")
	for _, f := range []string{"passwd", "group", "shadow", "gshadow"} {
		s.write(accounts+"/etc/"+f, "", 0o644)
	}
	for _, program := range []string{"useradd", "usermod", "userdel", "groupadd", "groupdel"} {
		s.write(filepath.Join(s.bin, program), "#!/bin/sh\nexec /usr/sbin/"+program+" --prefix "+accounts+" \"$@\"\n", 0o755)
	}
	s.write(filepath.Join(s.bin, "getent"), `#!/bin/sh
file=`+accounts+`/etc/$1
shift
[ "$1" != -- ] || shift
for name; do grep "^$name:" "$file" || code=2; done
exit ${code:-0}
`, 0o755)
	s.write(filepath.Join(s.bin, "id"), `#!/bin/sh
if [ $# = 2 ] && line=$(grep "^$2:" `+accounts+`/etc/passwd); then echo "$line" | cut -d : -f "$([ "$1" = -u ] && echo 3 || echo 4)"; else exec /usr/bin/id "$@"; fi
`, 0o755)
	return &Scratch{s, s.root, s.bin, accounts}
}

func makeFolderAt(t *testing.T, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
}

// Answer is what the host prints to what is asked of it.
func (s *Scratch) Answer(p *Picture, nonce string) []byte {
	cmd := exec.Command("sh", "-c", p.readScript(nonce, s.root))
	cmd.Env = []string{"PATH=" + s.bin + ":" + cmp.Or(s.path, "/usr/sbin:/usr/bin:/sbin:/bin"), "LC_ALL=C"}
	out, _ := cmd.Output()
	return out
}

// Run runs a packed plan.
func (s *Scratch) Run(script string, payload Payload) (ExitCode, string) {
	code, said := s.sh(script, payload)
	return ExitCode(code), said
}

// Random makes the files of a random host.
func (s *Scratch) Random(r *rand.Rand) { s.random(r) }

// Edits is a random task on it.
func (s *Scratch) Edits(r *rand.Rand) Task { return s.edits(r) }

// Unpacked is what a payload writes.
func Unpacked(p Payload) string { return unpacked(p) }
