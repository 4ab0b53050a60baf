package tasks

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// state is a host before a run, and a task that changes it.
type state struct {
	name   string
	before func(s *scratch)
	task   func(s *scratch) taskFunc
}

var states = []state{
	{"new file", func(s *scratch) {}, func(s *scratch) taskFunc {
		return func(h *Host) error {
			h.File("/etc/new.conf").SetText("a = 1\n").Own(s.owner, s.group, 0o640)
			return nil
		}
	}},
	{"changed file keeps its mode", func(s *scratch) { s.write(s.root+"/etc/odoo.conf", "a = 1\n", 0o600) },
		func(s *scratch) taskFunc {
			return func(h *Host) error { h.File("/etc/odoo.conf").SetText("a = 2\n"); return nil }
		}},
	{"mode only", func(s *scratch) { s.file("/etc/odoo.conf", "a\n") }, func(s *scratch) taskFunc {
		return func(h *Host) error { h.File("/etc/odoo.conf").Own(s.owner, s.group, 0o600); return nil }
	}},
	{"symbolic link is followed", func(s *scratch) {
		s.file("/etc/real", "old\n")
		os.Symlink("real", s.root+"/etc/link")
	}, func(s *scratch) taskFunc {
		return func(h *Host) error { h.File("/etc/link").SetText("new\n"); return nil }
	}},
	{"odd bytes", func(s *scratch) { s.file("/etc/dos", "a\r\nb\xff\x00c") }, func(s *scratch) taskFunc {
		return func(h *Host) error { h.File("/etc/dos").SetText("x\r\ny\xfe\x00"); return nil }
	}},
	{"odd names", func(s *scratch) { s.file("/etc/it's a \"name\" $x `y`", "old") }, func(s *scratch) taskFunc {
		return func(h *Host) error { h.File("/etc/it's a \"name\" $x `y`").SetText("new"); return nil }
	}},
	{"removed", func(s *scratch) { s.file("/etc/gone", "bye\n") }, func(s *scratch) taskFunc {
		return func(h *Host) error { h.File("/etc/gone").Remove(); return nil }
	}},
	{"link", func(s *scratch) { os.Symlink("a", s.root+"/etc/link") }, func(s *scratch) taskFunc {
		return func(h *Host) error { h.Link("/etc/link", "b"); h.Link("/etc/other", "c"); return nil }
	}},
	{"directories", func(s *scratch) {}, func(s *scratch) taskFunc {
		return func(h *Host) error {
			h.Directory("/etc/a", s.owner, s.group, 0o755)
			h.Directory("/etc/a/b", s.owner, s.group, 0o700)
			h.File("/etc/a/b/c").SetText("deep\n").Own(s.owner, s.group, 0o600)
			return nil
		}
	}},
	{"generated on the host", func(s *scratch) {}, func(s *scratch) taskFunc {
		return func(h *Host) error {
			h.File("/etc/key").Generate(`echo secret >"$1"`, false).Own(s.owner, s.group, 0o600)
			return nil
		}
	}},
	{"big file", func(s *scratch) { s.file("/etc/big", strings.Repeat("0123456789abcde\n", 1<<16)) },
		func(s *scratch) taskFunc {
			return func(h *Host) error {
				h.File("/etc/big").SetText(strings.Repeat("fedcba987654321\n", 1<<16))
				return nil
			}
		}},
}

func TestTransaction(t *testing.T) {
	t.Parallel()
	for _, c := range inFoldersOfOthers(states) {
		t.Run(c.name, func(t *testing.T) {
			s := newScratch(t)
			c.before(s)
			was := s.tree()
			task := c.task(s)
			p := s.plan(task)
			if p.Empty() {
				t.Fatal("the first plan is empty")
			}
			s.mustApply(p)
			if s.tree() == was {
				t.Error("nothing changed")
			}
			if again := s.plan(task); !again.Empty() {
				t.Errorf("the second plan is not empty: %v", again.Changes)
			}
			if strings.HasPrefix(c.name, "generated on the host") || !p.Inverse().Complete() {
				return // what was before is nothing, but what was generated is not known
			}
			if code, out := s.apply(p.Inverse()); code != 0 {
				t.Fatalf("inverse: exit %d\n%s", code, out)
			}
			if now := s.tree(); now != was {
				t.Errorf("after the inverse:\n%s\nwant:\n%s", now, was)
			}
		})
	}
}

func TestFailurePutsBack(t *testing.T) {
	t.Parallel()
	for _, c := range inFoldersOfOthers(states) {
		t.Run(c.name, func(t *testing.T) {
			s := newScratch(t)
			c.before(s)
			s.write(s.bin+"/nginx.service", "active\n", 0o644)
			was := s.tree()
			task := c.task(s)
			p := s.plan(func(h *Host) error {
				h.Check(Check{Unit: "nginx.service", Title: "the check", Run: "echo no good >&2; false"})
				h.Notify("nginx.service", Reload, "test")
				return task(h)
			})
			code, out := s.apply(p)
			if code != int(ExitPutBack) {
				t.Fatalf("exit %d, want %d\n%s", code, ExitPutBack, out)
			}
			if !strings.Contains(out, "no good") {
				t.Errorf("the check's words are missing in:\n%s", out)
			}
			if now := s.tree(); now != was {
				t.Errorf("after the failure:\n%s\nwant:\n%s", now, was)
			}
			if log := s.log(); log != "" {
				t.Errorf("a unit was touched: %s", log)
			}
			if _, err := os.Stat(s.root + stateDir + "/pending"); err == nil {
				t.Error("an action is left pending")
			}
		})
	}
}

func TestStaleTouchesNothing(t *testing.T) {
	t.Parallel()
	for _, c := range states {
		t.Run(c.name, func(t *testing.T) {
			s := newScratch(t)
			c.before(s)
			p := s.plan(c.task(s))
			name := s.root + p.Changes[len(p.Changes)-1].Name
			os.RemoveAll(name)
			os.MkdirAll(name[:strings.LastIndex(name, "/")], 0o755)
			if err := os.WriteFile(name, []byte("edited meanwhile"), 0o644); err != nil {
				t.Fatal(err)
			}
			was := s.tree()
			code, out := s.apply(p)
			if code != int(ExitStale) {
				t.Fatalf("exit %d, want %d\n%s", code, ExitStale, out)
			}
			if now := s.tree(); now != was {
				t.Errorf("touched:\n%s\nwant:\n%s", now, was)
			}
		})
	}
}

func TestActions(t *testing.T) {
	t.Parallel()
	s := newScratch(t)
	s.write(s.bin+"/nginx.service", "active\n", 0o644)
	s.write(s.bin+"/odoo.service", "active\n", 0o644)
	s.write(s.bin+"/postgresql@15-main.service", "inactive\n", 0o644)
	s.mustApply(s.plan(func(h *Host) error {
		h.File("/etc/x").SetText("x").Own(s.owner, s.group, 0o644)
		h.Notify("nginx.service", Reload, "site changed")
		h.Notify("odoo.service", Reload, "one")
		h.Notify("odoo.service", Restart, "two")
		return h.Unit("postgresql@15-main.service").Run()
	}))
	want := "start postgresql@15-main.service\nrestart odoo.service\nreload nginx.service\n"
	if got := s.log(); got != want {
		t.Errorf("systemctl was asked:\n%s\nwant:\n%s", got, want)
	}
}

// TestUnitFails: a unit that fails to start gets its old files back, and is acted on
// again.
func TestUnitFails(t *testing.T) {
	t.Parallel()
	s := newScratch(t)
	s.write(s.bin+"/odoo.service", "active\n", 0o644)
	s.write(s.bin+"/broken-odoo.service", "", 0o644)
	was := s.tree()
	code, out := s.apply(s.plan(func(h *Host) error {
		h.File("/etc/odoo.conf").SetText("bad\n").Own(s.owner, s.group, 0o644)
		h.Notify("odoo.service", Restart, "test")
		return nil
	}))
	if code != int(ExitNotPutBack) {
		t.Errorf("exit %d, want %d: the unit does not come up with the old files either\n%s", code, ExitNotPutBack, out)
	}
	if now := s.tree(); now != was {
		t.Errorf("after the failure:\n%s\nwant:\n%s", now, was)
	}
}

// TestFailedNoMore: a unit that did not run, and failed when it was started, is put back to not
// running: systemd would show it as failed, also where its file is gone. One that had failed
// before is shown so again.
func TestFailedNoMore(t *testing.T) {
	t.Parallel()
	for was, want := range map[string]string{"inactive dead\n": "inactive dead\n", "failed failed\n": "failed failed\n"} {
		s := newScratch(t)
		s.write(s.bin+"/odoo.service", was, 0o644)
		s.write(s.bin+"/broken-odoo.service", "", 0o644)
		code, out := s.apply(s.plan(func(h *Host) error {
			h.File("/etc/odoo.conf").SetText("bad\n").Own(s.owner, s.group, 0o644)
			return h.Unit("odoo.service").Run()
		}))
		if code != int(ExitPutBack) {
			t.Errorf("exit %d, want %d\n%s", code, ExitPutBack, out)
		}
		if now, err := os.ReadFile(s.bin + "/odoo.service"); err != nil || string(now) != want {
			t.Errorf("it was %q and is %q, want %q (%v)", was, now, want, err)
		}
	}
}

func TestPendingIsFinishedByTheNextRun(t *testing.T) {
	t.Parallel()
	s := newScratch(t)
	s.write(s.bin+"/nginx.service", "active\n", 0o644)
	task := func(h *Host) error {
		h.File("/etc/site").SetText("x").Own(s.owner, s.group, 0o644)
		return nil
	}
	text, payload := s.plan(func(h *Host) error {
		h.Notify("nginx.service", Reload, "site changed")
		return task(h)
	}).Pack(Run{ID: "first", Who: "test", Root: s.root})
	// The shell dies between the files and the unit.
	if code, out := s.sh(strings.Replace(text, "\nact reload", "\nkill -9 $$\nact reload", 1), payload); code == 0 {
		t.Fatalf("the script survived kill -9:\n%s", out)
	}
	p := s.plan(task)
	if len(p.Changes) != 0 || len(p.Actions) != 1 {
		t.Fatalf("plan after the crash: %d changes, actions %v", len(p.Changes), p.Actions)
	}
	if why := p.Actions[0].Why[0]; why != "left over from run first: site changed" {
		t.Errorf("why: %q", why)
	}
	s.mustApply(p)
	if s.log() != "reload nginx.service\n" {
		t.Errorf("systemctl was asked: %q", s.log())
	}
	if p := s.plan(task); !p.Empty() {
		t.Errorf("still pending: %v", p.Actions)
	}
}

func TestLocked(t *testing.T) {
	t.Parallel()
	s := newScratch(t)
	if err := os.MkdirAll(s.root+stateDir, 0o700); err != nil {
		t.Fatal(err)
	}
	lock := s.root + stateDir + "/lock"
	holder := exec.Command("flock", lock, "sh", "-c", "echo held; sleep 60")
	out, err := holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { holder.Process.Kill(); holder.Wait() }()
	out.Read(make([]byte, 4))
	s.write(s.root+stateDir+"/holder", "ann@desk since noon\n", 0o600)
	code, text := s.apply(s.plan(func(h *Host) error {
		h.File("/etc/x").SetText("x").Own(s.owner, s.group, 0o644)
		return nil
	}))
	if code != int(ExitLocked) || !strings.Contains(text, "ann@desk since noon") {
		t.Errorf("exit %d, want %d with the holder:\n%s", code, ExitLocked, text)
	}
}

// TestStageFails: a failure while staging leaves nothing behind, neither new
// directories with staged files in them.
func TestStageFails(t *testing.T) {
	t.Parallel()
	s := newScratch(t)
	s.file("/etc/z", "old\n")
	if err := os.Link(s.root+"/etc/z", s.root+"/etc/other-name"); err != nil {
		t.Fatal(err)
	}
	was := s.tree()
	code, out := s.apply(s.plan(func(h *Host) error {
		h.Directory("/etc/made", s.owner, s.group, 0o755)
		h.File("/etc/made/file").SetText("new\n").Own(s.owner, s.group, 0o600)
		h.File("/etc/z").SetText("new\n")
		return nil
	}))
	if code != int(ExitPutBack) || !strings.Contains(out, "hard links") {
		t.Errorf("exit %d, want %d\n%s", code, ExitPutBack, out)
	}
	if now := s.tree(); now != was {
		t.Errorf("after the failure:\n%s\nwant:\n%s", now, was)
	}
}
