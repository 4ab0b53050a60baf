package run

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"odooctl/playbooks/journal"
	"odooctl/remote"
)

// The marks that begin the lines in which a host tells of its steps; see tasks/verbs/begin.sh.
const (
	doingMark = "doing: "
	overMark  = "over: "
)

// What a host that is not to be trusted may tell of at most: steps, and bytes of their words.
const (
	maxSteps = 1000
	maxWords = 300
)

// follows is a shell that tells of each line that a script prints, as it comes.
type follows interface {
	Follow(ctx context.Context, script string, stdin []byte, line func(string)) (remote.Result, error)
}

// follower takes the steps out of what a host prints, and tells of them as they come.
type follower struct {
	s     *session
	host  string
	steps []journal.Step
	open  bool   // the last of them has not ended
	end   func() // ends the step of this machine; nil: it has ended
}

// follow tells of a step of this machine on a host, such as sending a plan, that lasts until the
// host tells of its own.
func (s *session) follow(host, what string) *follower {
	return &follower{s: s, host: host, end: s.step(host, what)}
}

// line takes a line that the host has printed.
func (f *follower) line(text string) {
	if at, ok := strings.CutPrefix(text, overMark); ok {
		if now, err := strconv.Atoi(at); err == nil {
			f.close(now)
		}
		return
	}
	rest, ok := strings.CutPrefix(text, doingMark)
	if !ok {
		return
	}
	var now, number, total int
	if n, err := fmt.Sscanf(rest, "%d %d/%d", &now, &number, &total); n < 3 || err != nil {
		return
	}
	f.close(now)
	part := strings.SplitN(rest, " ", 3)
	if len(part) < 3 || part[2] == "" || len(f.steps) == maxSteps {
		return
	}
	what := f.s.inv.Revealed().Hide(part[2]) // half of a secret could not be found any more
	what = strings.ToValidUTF8(what[:min(len(what), maxWords)], "")
	f.open = true
	f.steps = append(f.steps, journal.Step{What: what, From: now})
	f.s.tell(Event{Type: journal.StepBegun, Host: f.host, Step: what, Number: number, Total: total})
}

// close ends the step that the host is at.
func (f *follower) close(now int) {
	f.over()
	if f.open {
		f.open = false
		last := &f.steps[len(f.steps)-1]
		last.Took = now - last.From
		f.s.tell(Event{Type: journal.StepEnded, Host: f.host, Step: last.What, Took: int64(last.Took)})
	}
}

// over ends the step of this machine.
func (f *follower) over() {
	if f.end != nil {
		f.end()
		f.end = nil
	}
}

// done takes all that the host has printed, if its shell could not be followed. A host that broke
// off is at nothing any more.
func (f *follower) done(out string) {
	if len(f.steps) == 0 {
		for line := range strings.Lines(out) {
			f.line(strings.TrimSuffix(line, "\n"))
		}
	}
	f.over()
	if f.open {
		f.open = false
		f.s.tell(Event{Type: journal.StepEnded, Host: f.host, Step: f.steps[len(f.steps)-1].What})
	}
}

// unstepped returns what a host has printed without the lines about its steps.
func unstepped(out string) string {
	var b strings.Builder
	for line := range strings.Lines(out) {
		if !strings.HasPrefix(line, doingMark) && !strings.HasPrefix(line, overMark) {
			b.WriteString(line)
		}
	}
	return b.String()
}
