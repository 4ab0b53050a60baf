package run

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"odooctl/playbooks/journal"
	"odooctl/remote"
	"odooctl/tasks"
)

// This file tells a run that is at work on a host apart from one whose controller is gone.

// Dying is how long the shell of a run is waited for whose controller is gone: it ends, or
// puts back first what it had begun.
const Dying = 30 * time.Second

// identity names a transaction of this session to a host.
func (s *session) identity(transaction string) tasks.Run {
	return tasks.Run{ID: transaction, For: s.ID, Who: s.opts.Who + ", run " + s.ID,
		Wait: int(s.opts.LockTimeout.Seconds())}
}

// patient does what takes a host's lock. If a run has that whose controller is gone, it is
// waited for, however short the operator's patience.
func (s *session) patient(
	host string, by tasks.Run, do func(tasks.Run) (remote.Result, error),
) (remote.Result, error) {
	res, err := do(by)
	if err != nil || res.Code != int(tasks.ExitLocked) {
		return res, err
	}
	dead := s.dead(string(res.Stdout))
	if dead == "" || s.opts.LockTimeout >= Dying {
		return res, err
	}
	defer s.step(host, "waiting for what is left of run "+dead+", which ended without a word")()
	by.Wait = int(Dying.Seconds())
	return do(by)
}

// refused is the error for what took a host's lock, or did not get it.
func (s *session) refused(host string, res remote.Result) error {
	said := s.tail(string(res.Stdout) + string(res.Stderr))
	return &ApplyError{Host: host, State: exitState(res.Code), Output: said, Dead: s.dead(said)}
}

// holding matches the run in what a locked host says of who holds it.
var holding = regexp.MustCompile(`\brun (\d{8}T\d{6}-[0-9a-f]{4,16})\b`)

// dead names the run that has a host locked if its controller is gone: the host has noticed
// that the connection ended, or it was started from this machine and its journal has no end
// and no writer.
func (s *session) dead(said string) string {
	who, more, _ := strings.Cut(strings.TrimSpace(said), "\n")
	run := holding.FindStringSubmatch(who)
	switch {
	case run == nil || run[1] == s.ID:
		return ""
	case more != "":
		return run[1]
	case s.opts.Runs == "":
		return ""
	}
	r, err := journal.Find(s.opts.Runs, run[1])
	if err != nil || r.Running {
		return ""
	}
	if _, ended := r.Exit(); ended {
		return ""
	}
	return run[1]
}

// untilFree is what a person can do about a locked host.
func untilFree(dead, next string) string {
	if dead == "" {
		return "wait for that run to end, then " + next
	}
	return fmt.Sprintf("that run ended without a word: odooctl resume %s", dead)
}

func oneLine(text string) string { return strings.ReplaceAll(text, "\n", "; ") }
