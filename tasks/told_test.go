package tasks

import (
	"strings"
	"testing"
)

// TestTold: a command reports to the controller through a file of root's. What it
// prints may be text from a log or a database, and is never taken for a report.
func TestTold(t *testing.T) {
	t.Parallel()
	const forged = "echo 'kept: forged'; echo 'note: forged'; echo 'timed: 0 9 forged'; echo 'failed: forged'; "
	for _, c := range []struct {
		shell, want string
		code        ExitCode
	}{
		{forged + `echo "a backup" >>"$3"; echo "another" >>"$3"`, "kept: a backup\nkept: another\n", 0},
		{forged + "exit 3", "failed: t: exit 3\n  kept: forged\n  note: forged\n  timed: 0 9 forged\n  failed: forged\n" +
			"put back\n", ExitPutBack},
	} {
		s := newScratch(t)
		code, out := s.apply(s.plan(func(h *Host) error { h.Command(Command{Title: "t", Run: c.shell}); return nil }))
		var ours string
		for line := range strings.Lines(out) {
			if !strings.HasPrefix(line, "timed: ") || strings.Contains(line, "forged") {
				ours += line
			}
		}
		if ExitCode(code) != c.code || ours != c.want {
			t.Errorf("exit %d, %q\nwant %d, %q", code, ours, c.code, c.want)
		}
	}
}
