package tasks

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// What a killed shell has left half done is put back, at whatever command it was killed; a
// transaction that ended is left alone, and so is one before another.
func TestPutBackHalf(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Fatal("this test counts commands by bash's DEBUG trap; install bash")
	}
	said := map[string]int{}
	for n := 20; ; n += 397 {
		s := newScratch(t)
		task := everything(s)
		was := s.tree()
		text, payload := s.plan(task).Pack(Run{ID: "first-0", Who: "test", Root: s.root})
		s.write(s.bin+"/script", text, 0o644)
		code, _ := s.run([]string{"bash", "--posix", "-c", fmt.Sprintf(`set -o functrace; commands=0; `+
			`trap 'commands=$((commands+1)); if [ $commands -ge %d ]; then kill -9 $$; fi' DEBUG; . %s/script`, n, s.bin)},
			payload)
		s.waitForLock()
		again, out := s.sh(PutBackScript(Run{ID: "second-0", Who: "test", Root: s.root}, "first-0"), nil)
		if out = strings.TrimSpace(out); again != 0 {
			t.Fatalf("after command %d: exit %d\n%s", n, again, out)
		}
		said[out]++
		if code == 0 {
			if out != "it was done" || s.tree() == was {
				t.Errorf("a whole one: %s", out)
			}
			break
		}
		if out != "it was done" && s.tree() != was {
			t.Errorf("after command %d: %s:\n%s\nwant\n%s", n, out, s.tree(), was)
		}
	}
	if said["was half done, and is put back"] < 2 || said["nothing had been begun"] == 0 {
		t.Errorf("said %v", said)
	}
	s := newScratch(t)
	s.mustApply(s.plan(everything(s)))
	if err := os.Remove(s.root + stateDir + "/runs/run1/state"); err != nil {
		t.Fatal(err)
	}
	s.mustApply(s.plan(taskFunc(func(h *Host) error { h.File("/etc/changed").SetText("newer\n"); return nil })))
	if _, out := s.sh(PutBackScript(Run{ID: "run3", Who: "test", Root: s.root}, "run1"), nil); !strings.HasPrefix(out,
		"stays as it is: run2 came after it") {
		t.Errorf("before another: %s", out)
	}
}

// A host keeps what undoes its last five runs, however many transactions each had there.
func TestKept(t *testing.T) {
	t.Parallel()
	s := newScratch(t)
	code, out := s.sh(prelude(Run{ID: "20261106T120000-aaaa-beside-02", Who: "test", Root: s.root})+`cd "$state/runs"
for day in 1 2 3 4 5 6; do
	for what in 01 01-boot 01-back 02 beside-01; do mkdir "2026110${day}T120000-aaaa-$what"; done
done
prune
ls`, nil)
	if code != 0 || strings.Contains(out, "20261101") || strings.Count(out, "\n") != 5*5+1 {
		t.Errorf("exit %d, kept:\n%s", code, out)
	}
}

// A unit that was put back has to serve on its old files before the transaction ends; where
// it does not, that is not put back.
func TestPutBackServes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		serves string
		code   ExitCode
	}{{`echo asked >>"$root/asked"; [ $(wc -l <"$root/asked") -ge 3 ]`, ExitPutBack}, {"false", ExitNotPutBack}} {
		s := newScratch(t)
		s.file("/etc/changed", "old\n")
		s.write(s.bin+"/odoo.service", "active\n", 0o644)
		code, out := s.apply(s.plan(taskFunc(func(h *Host) error {
			h.File("/etc/changed").SetText("new\n")
			h.Prove("odoo.service", Proof{After: "[ $(cat $root/etc/changed) = old ]", Within: 1, Serves: c.serves})
			h.Notify("odoo.service", Reload, "test")
			return nil
		})))
		if code != int(c.code) || !strings.Contains(s.tree(), `/etc/changed	-rw-r--r-- "old\n"`) {
			t.Errorf("%s: exit %d, want %d\n%s\n%s", c.serves, code, c.code, out, s.tree())
		}
		if n := strings.Count(s.tree(), `asked\nasked\nasked\n`); c.code == ExitPutBack && n != 1 {
			t.Errorf("not asked until it held:\n%s", s.tree())
		}
	}
}
