package tasks

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// without makes a folder with all programs of this machine except some.
func without(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, from := range []string{"/usr/sbin", "/usr/bin", "/sbin", "/bin"} {
		programs, err := os.ReadDir(from)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range programs {
			os.Symlink(filepath.Join(from, p.Name()), filepath.Join(dir, p.Name()))
		}
	}
	for _, name := range names {
		os.Remove(filepath.Join(dir, name))
	}
	return dir
}

// locker runs a script that begins by waiting for the lock.
func (s *scratch) locker(wait int, script string) *exec.Cmd {
	cmd := exec.Command("sh", "-c", prelude(Run{ID: "run1-1", Who: "bob@desk", Wait: wait, Root: s.root})+script)
	cmd.Env = []string{"PATH=" + s.bin + ":" + s.path, "LC_ALL=C"}
	return cmd
}

// A host without flock is locked all the same: held while its shell lives, free after
// that was killed, and never held twice.
func TestLockWithoutFlock(t *testing.T) {
	t.Parallel()
	s := newScratch(t)
	s.path = without(t, "flock")
	if err := os.Remove(filepath.Join(s.bin, "sleep")); err != nil {
		t.Fatal(err)
	}

	holder := s.locker(0, "echo held\nread -r line\n")
	in, err := holder.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	defer holder.Wait()
	defer holder.Process.Kill()
	out.Read(make([]byte, 5))

	text, err := s.locker(0, "echo got").CombinedOutput()
	if code := exitCode(err); code != int(ExitLocked) || !strings.Contains(string(text), "bob@desk") {
		t.Fatalf("exit %d, want %d with the holder:\n%s", code, ExitLocked, text)
	}

	waiting := s.locker(20, "echo got")
	var got strings.Builder
	waiting.Stdout = &got
	if err := waiting.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(100 * time.Millisecond)
	holder.Process.Kill() // not waited for: a zombie is left
	if err := waiting.Wait(); err != nil || got.String() != "got\n" {
		t.Errorf("the lock of a killed shell is not free: %v %q", err, &got)
	}

	count := filepath.Join(s.bin, "count")
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			text, err := s.locker(60, fmt.Sprintf("mkdir %[1]s || echo twice; rmdir %[1]s; echo %[2]d >>%[1]s.log",
				count, i)).CombinedOutput()
			if err != nil || len(text) > 0 {
				t.Errorf("%v: %s", err, text)
			}
		})
	}
	all.Wait()
	if log, _ := os.ReadFile(count + ".log"); strings.Count(string(log), "\n") != 8 {
		t.Errorf("got the lock: %q, want 8 lines", log)
	}
}

func exitCode(err error) int {
	if e, ok := err.(*exec.ExitError); ok {
		return e.ExitCode()
	}
	return 0
}

// A host reserved by one run is locked for others between its transactions too, and
// free as soon as that run's shell has ended.
func TestReserve(t *testing.T) {
	t.Parallel()
	s := newScratch(t)
	if err := os.Remove(filepath.Join(s.bin, "sleep")); err != nil {
		t.Fatal(err)
	}
	shell := exec.Command("sh", "-c", "("+ReserveScript(Run{For: "run1", Who: "ann@desk",
		Root: s.root})+")\necho kept\nread -r line\n")
	shell.Env = []string{"PATH=" + s.bin + ":" + os.Getenv("PATH")}
	in, err := shell.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := shell.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := shell.Start(); err != nil {
		t.Fatal(err)
	}
	defer shell.Wait()
	defer shell.Process.Kill()
	out.Read(make([]byte, 5))

	begins := func(run Run) (string, ExitCode) {
		run.Root = s.root
		cmd := exec.Command("sh", "-c", prelude(run)+"echo got")
		cmd.Env = shell.Env
		text, err := cmd.CombinedOutput()
		return strings.TrimSpace(string(text)), ExitCode(exitCode(err))
	}
	for _, c := range []struct {
		run  Run
		says string
		code ExitCode
	}{
		{Run{ID: "run1-1", For: "run1"}, "got", 0},
		{Run{ID: "run2-1", For: "run2"}, "ann@desk", ExitLocked},
		{Run{ID: "run2-1"}, "ann@desk", ExitLocked},
	} {
		if says, code := begins(c.run); says != c.says || code != c.code {
			t.Errorf("%+v: exit %d, %q; want %d, %q", c.run, code, says, c.code, c.says)
		}
	}
	shell.Process.Kill() // not waited for: a zombie is left
	if says, code := begins(Run{ID: "run2-1", For: "run2", Wait: 20}); says != "got" || code != 0 {
		t.Errorf("the shell is gone: exit %d, %q", code, says)
	}
}

// A shell whose controller is gone says so to others while it puts back.
func TestLockOfTheDying(t *testing.T) {
	t.Parallel()
	s := newScratch(t)
	if err := os.Remove(filepath.Join(s.bin, "sleep")); err != nil {
		t.Fatal(err)
	}
	s.path = "/usr/sbin:/usr/bin:/sbin:/bin"
	fifo := filepath.Join(s.bin, "fifo")
	if err := exec.Command("mkfifo", fifo).Run(); err != nil {
		t.Fatal(err)
	}
	holder := s.locker(0, "promise cat "+fifo+"\necho held\nbounded 60 sleep 60\n")
	out, err := holder.StdoutPipe()
	if err == nil {
		err = holder.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	out.Read(make([]byte, 5))
	ask := func() string {
		text, err := s.locker(0, "echo got").CombinedOutput()
		if code := exitCode(err); code != int(ExitLocked) {
			t.Fatalf("exit %d, want %d:\n%s", code, ExitLocked, text)
		}
		return string(text)
	}
	if said := ask(); said != "bob@desk\n" {
		t.Errorf("while it works: %q", said)
	}
	holder.Process.Signal(syscall.SIGTERM)
	if said := ask(); said != "bob@desk\nit was cut short, and puts back what it had begun\n" {
		t.Errorf("while it puts back: %q", said)
	}
	if err := os.WriteFile(fifo, nil, 0); err != nil {
		t.Fatal(err)
	}
	holder.Wait()
	if text, err := s.locker(0, "echo got").CombinedOutput(); err != nil || string(text) != "got\n" {
		t.Errorf("afterwards: %v %q", err, text)
	}
}
