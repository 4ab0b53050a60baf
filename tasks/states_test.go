package tasks

import (
	"os/exec"
	"strings"
	"testing"
)

// TestStates: a unit in transition is waited for, and only one that is down, or was
// restarted, has failed. A line has ActiveState, SubState, NRestarts, InvocationID,
// Type and Result, in systemctl's order.
func TestStates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		verb    Verb
		before  string // the unit at the first look
		after   string // after the first command to it
		refused bool   // the first systemctl fails without effect
		code    ExitCode
		asked   string // of systemctl
	}{
		{"reload of a notify-reload unit", Reload, "active", "reloading reload-signal\nreloading reload-notify\nactive",
			false, 0, "reload"},
		{"refreshing", Reload, "active", "reloading reload-notify\nrefreshing refresh\nactive", false, 0, "reload"},
		{"it reloads when it is looked at", Reload, "reloading\nreloading\nactive", "active", false, 0, "reload"},
		{"it is on its way down", Restart, "deactivating stop-sigterm\ninactive dead", "", false, 0, ""},
		{"it was started again long ago", Reload, "active running 3", "active running 3", false, 0, "reload"},
		{"it is started again by a reload", Reload, "active running 3", "active running 4 id4", false, ExitPutBack,
			"reload reload"},
		{"a reload that fails", Reload, "active", "", true, ExitPutBack, "reload reload"},
		{"a reload that it does not survive", Reload, "active", "deactivating stop\ninactive dead", false, ExitPutBack,
			"reload restart"},
		{"a notify unit takes its time", Restart, "active", "activating start 0 new\nactivating start-post 0 new\n" +
			"active running 0 new", false, 0, "restart"},
		{"it goes down first", Restart, "active", "deactivating stop\nactivating start 0 new\nactive running 0 new", false, 0,
			"restart"},
		{"it fails", Restart, "active", "activating start 0 new\nfailed failed 0 new", false, ExitPutBack, "restart restart"},
		{"auto-restart", Restart, "active", "activating auto-restart 0 new", false, ExitPutBack, "restart restart"},
		{"auto-restart of systemd 254", Restart, "active", "activating auto-restart-queued 0 new", false, ExitPutBack,
			"restart restart"},
		{"it is up, for the second time", Restart, "active", "active running 1 newer", false, ExitPutBack, "restart restart"},
		{"a restart that never began", Restart, "active running 0 old", "", true, ExitPutBack, "restart"},
		{"a oneshot", "start", "inactive dead 0 - oneshot", "activating start 0 new oneshot\n" +
			"inactive dead 0 new oneshot success", false, 0, "start"},
		{"a oneshot that remains", "start", "inactive dead 0 - oneshot", "active exited 0 new oneshot success", false, 0,
			"start"},
		{"a oneshot that fails", "start", "inactive dead 0 - oneshot", "failed failed 0 new oneshot exit-code", false,
			ExitPutBack, "start"},
		{"a unit that ends at once", "start", "inactive dead 0 - simple", "inactive dead 0 new simple success", false,
			ExitPutBack, "start"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newScratch(t)
			const unit = "x.service"
			first, _, _ := strings.Cut(c.before, "\n")
			s.write(s.bin+"/"+unit, first+"\n", 0o644)
			if c.after != "" {
				s.write(s.bin+"/"+string(c.verb)+"-"+unit, c.after+"\n", 0o644)
			}
			if c.refused {
				s.write(s.bin+"/refused-"+unit, "", 0o644)
			}
			p := s.plan(func(h *Host) error {
				h.File("/etc/x").SetText("new\n").Own(s.owner, s.group, 0o644)
				if c.verb == "start" {
					return h.Unit(unit).Run()
				}
				h.Notify(unit, c.verb, "test")
				return nil
			})
			s.write(s.bin+"/next-"+unit, c.before+"\n", 0o644)
			code, out := s.apply(p)
			asked := strings.ReplaceAll(strings.TrimSpace(s.log()), " "+unit, "")
			if want := strings.ReplaceAll(c.asked, " ", "\n"); code != int(c.code) || asked != want {
				t.Errorf("exit %d, want %d; systemctl was asked to %q, want %q\n%s", code, c.code, asked, want, out)
			}
		})
	}
}

// TestUndoStartsWhatWasTakenDown: dependents of a unit that failed to start run again, and
// what fell over meanwhile and waits to be restarted, which systemd counts as a restart; what
// ended by itself does not.
func TestUndoStartsWhatWasTakenDown(t *testing.T) {
	t.Parallel()
	s := newScratch(t)
	s.write(s.bin+"/db.service", "active\n", 0o644)
	s.write(s.bin+"/restart-db.service", "failed failed 0 new\n", 0o644)
	for _, u := range []string{"app", "chat", "backup"} {
		s.write(s.bin+"/"+u+".service", "inactive dead\n", 0o644)
	}
	s.write(s.bin+"/odoo.service", "activating auto-restart 0 old\n", 0o644)
	s.write(s.bin+"/start-odoo.service", "active running 1 new\n", 0o644)
	s.write(s.bin+"/running", "backup.service loaded active running\napp.service x\ndb.service x\nchat.service x\n"+
		"odoo.service x\n", 0o644)
	s.write(s.bin+"/with-db.service", "app.service multi-user.target\n\n", 0o644)
	s.write(s.bin+"/with-app.service", "chat.service db.service\n", 0o644)
	code, out := s.apply(s.plan(func(h *Host) error {
		h.File("/etc/x").SetText("new\n").Own(s.owner, s.group, 0o644)
		h.Notify("db.service", Restart, "test")
		return nil
	}))
	want := "restart db.service\nrestart db.service\nstart app.service\nstart chat.service\nstart odoo.service\n"
	if got := s.log(); code != int(ExitPutBack) || got != want {
		t.Errorf("exit %d, want %d; systemctl was asked\n%swant\n%s%s", code, ExitPutBack, got, want, out)
	}
}

// TestRollbackStopsWhatTheRunStarted: the unit runs at the rollback, and did not before
// the run.
func TestRollbackStopsWhatTheRunStarted(t *testing.T) {
	t.Parallel()
	s := newScratch(t)
	s.write(s.bin+"/app.service", "active\n", 0o644)
	s.write(s.bin+"/chat.service", "inactive dead\n", 0o644)
	s.write(s.bin+"/restart-app.service", "active running 0 new\n", 0o644)
	s.write(s.bin+"/running", "app.service x\n", 0o644)
	code, out := s.apply(s.plan(func(h *Host) error {
		h.File("/etc/x").SetText("new\n").Own(s.owner, s.group, 0o644)
		h.Notify("app.service", Restart, "test")
		return h.Unit("chat.service").Run()
	}))
	if code != 0 {
		t.Fatalf("exit %d\n%s", code, out)
	}
	s.write(s.bin+"/running", "app.service x\nchat.service x\n", 0o644)
	code, out = s.sh(RollbackScript(Run{ID: "back", Root: s.root}, "run1"), nil)
	want := "restart app.service\nstart chat.service\nrestart app.service\n"
	if got := s.log(); code != 0 || got != want {
		t.Errorf("exit %d; systemctl was asked\n%swant\n%s%s", code, got, want, out)
	}
}

// TestSeconds: times as systemctl shows them.
func TestSeconds(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1min 30s": "90", "infinity": "300", "500ms": "1", "1min 30.500s": "91", "1h 2min 3s": "3723", "5s": "5",
		"0": "0", "2d": "86400", "250us": "1", "1month 2d": "172800", "3min 1us": "181", "1y": "86400",
	} {
		out, err := exec.Command("sh", "-c", unitStates+"seconds \"$1\"; echo $seconds", "sh", text).CombinedOutput()
		if got := strings.TrimSpace(string(out)); got != want || err != nil {
			t.Errorf("%s: %s, want %s (%v)", text, got, want, err)
		}
	}
}
