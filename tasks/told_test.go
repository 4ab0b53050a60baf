package tasks

import (
	"strconv"
	"strings"
	"testing"
)

// TestTold: a command reports to the controller through a file of root's. What it
// prints may be text from a log or a database, and is never taken for a report.
func TestTold(t *testing.T) {
	t.Parallel()
	const forged = "echo 'kept: forged'; echo 'note: forged'; echo 'doing: 0 1/1 forged'; echo 'failed: forged'; "
	for _, c := range []struct {
		shell, want string
		code        ExitCode
	}{
		{forged + `echo "a backup" >>"$3"; echo "another" >>"$3"`, "kept: a backup\nkept: another\n", 0},
		{forged + "exit 3", "failed: t: exit 3\n  kept: forged\n  note: forged\n  doing: 0 1/1 forged\n  failed: forged\n" +
			"put back\n", ExitPutBack},
	} {
		s := newScratch(t)
		code, out := s.apply(s.plan(func(h *Host) error { h.Command(Command{Title: "t", Run: c.shell}); return nil }))
		var ours string
		for line := range strings.Lines(out) {
			if !tells(line) || strings.Contains(line, "forged") {
				ours += line
			}
		}
		if ExitCode(code) != c.code || ours != c.want {
			t.Errorf("exit %d, %q\nwant %d, %q", code, ours, c.code, c.want)
		}
	}
}

// tells reports whether a line of what a host printed is about its steps.
func tells(line string) bool {
	return strings.HasPrefix(line, "doing: ") || strings.HasPrefix(line, "over: ")
}

// TestStepsTold: a host tells of each step before it takes it, and of how many there are; where
// one fails, that it puts everything back. It says when the last of them has ended.
func TestStepsTold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ gate, want string }{
		{"true", "1/4 preparing files, 2/4 putting files in place, 3/4 setting up x, 4/4 proving that it answers, over"},
		{"false", "1/4 preparing files, 2/4 putting files in place, 3/4 setting up x, 4/4 proving that it answers, " +
			"0/0 putting everything back, over"},
	} {
		s := newScratch(t)
		_, out := s.apply(s.plan(func(h *Host) error {
			h.File("/etc/x").SetText("x\n")
			h.Command(Command{Title: "set up x\nand more", Doing: "setting up x", Run: "true"})
			h.Gate(Gate{Title: "it answers", Run: c.gate, Within: 1})
			return nil
		}))
		var told []string
		last := -1
		for line := range strings.Lines(out) {
			mark, rest, _ := strings.Cut(strings.TrimSpace(line), ": ")
			if !tells(line) {
				continue
			}
			at, words, _ := strings.Cut(rest, " ")
			now, err := strconv.Atoi(at)
			if err != nil || now < last {
				t.Errorf("%q after %d ms", line, last)
			}
			last = now
			if mark == "over" {
				words = mark
			}
			told = append(told, words)
		}
		if got := strings.Join(told, ", "); got != c.want {
			t.Errorf("gate %s: told of\n%s\nwant\n%s", c.gate, got, c.want)
		}
	}
}
