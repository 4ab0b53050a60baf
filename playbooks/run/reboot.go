package run

import (
	"context"
	"fmt"
	"strings"
	"time"

	"odooctl/playbooks/connect"
	"odooctl/playbooks/journal"
	"odooctl/tasks"
)

// retrying is how long a host that reboots is left alone between two questions.
const retrying = 2 * time.Second

// transactions applies a plan on its host: in one transaction, or with a reboot in two. The
// reboot comes after everything else, and the gates are asked when the host is back.
func (r *Run) transactions(
	ctx context.Context, p *tasks.Plan, id string,
) (state journal.State, notes []string, took []journal.Step, err error) {
	if p.Reboot == nil {
		return r.transact(ctx, p, id, applying(p))
	}
	before, after := p.Apart()
	if !before.Empty() {
		if state, notes, took, err = r.transact(ctx, before, id, applying(before)); state != journal.Changed {
			return state, notes, took, err
		}
	}
	away, err := r.reboot(ctx, p, id+"-boot")
	if err != nil {
		return journal.Failed, notes, took, err
	}
	took = append(took, journal.Step{What: "reboot", Took: int(away.Milliseconds())})
	notes = append(notes, fmt.Sprintf("back %s after it was told to reboot", away.Round(time.Second)))
	if len(after.Gates) == 0 {
		return journal.Changed, notes, took, nil
	}
	state, more, asked, err := r.transact(ctx, after, id+"-back", applying(after))
	if state == journal.PutBack { // there was nothing to put back
		state = journal.Failed
	}
	return state, append(notes, more...), append(took, asked...), err
}

// reboot reboots a host, and waits until it is back and what ran there runs again. Every
// connection to it is gone then.
func (r *Run) reboot(ctx context.Context, p *tasks.Plan, id string) (took time.Duration, err error) {
	within := time.Duration(p.Reboot.Within) * time.Second
	ctx, cancel := r.runningFor(ctx, within)
	defer cancel()
	sh, err := r.shell(ctx, r.inv.Host(p.Host))
	if err != nil {
		return 0, err
	}
	boot, err := r.said(ctx, sh, tasks.BootScript())
	switch {
	case err != nil:
		return 0, fmt.Errorf("%s: not rebooted: %w", p.Host, err)
	case boot == r.opts.BootID:
		return 0, fmt.Errorf("%s: not rebooted: it is the machine that this run is made from; reboot it by hand", p.Host)
	}
	defer r.step(p.Host, "rebooting: "+p.Reboot.Why)()
	began := r.opts.Now()
	if _, err := r.said(ctx, sh, tasks.RebootScript(r.identity(id))); err != nil {
		return 0, fmt.Errorf("%s: not rebooted: %w", p.Host, err)
	}
	r.hangUp(p.Host)
	waiting, stop := context.WithTimeout(ctx, within)
	defer stop()
	last := fmt.Errorf("it still answers from the boot before")
	for {
		if err := r.opts.Sleep(waiting, retrying); err != nil {
			return 0, fmt.Errorf("%s: told to reboot and not back within %s: %w; look at its console. When it is back: "+
				"odooctl resume", p.Host, within, last)
		}
		if err := r.back(waiting, p.Host, id, strings.TrimSpace(boot)); err != nil {
			if waiting.Err() == nil {
				last = err
			}
			continue
		}
		return r.opts.Now().Sub(began), r.reserveAgain(ctx, p.Host)
	}
}

// asking bounds one question to a host that may be on its way down or up.
const asking = 20 * time.Second

// back asks whether a host has rebooted and runs what it ran before.
func (r *Run) back(ctx context.Context, host, id, boot string) error {
	ctx, cancel := context.WithTimeout(ctx, asking)
	defer cancel()
	sh, err := r.opts.Connect(ctx, r.inv.Host(host)) // many times, and not worth an event
	if err != nil {
		return err
	}
	defer sh.Close()
	text, err := r.said(ctx, sh, tasks.BackScript(id))
	now, down, _ := strings.Cut(text, "\n")
	switch {
	case err != nil:
	case now == boot:
		err = fmt.Errorf("it still answers from the boot before")
	case strings.TrimSpace(down) != "":
		err = fmt.Errorf("it is back, but these do not run as before: %s", strings.Join(strings.Fields(down), ", "))
	}
	return err
}

// said runs a script that has to succeed, and returns what it printed.
func (s *session) said(ctx context.Context, sh connect.Shell, script string) (string, error) {
	res, err := sh.Run(ctx, script, nil)
	if err == nil && res.Code != 0 {
		err = fmt.Errorf("the host said: %s", s.tail(string(res.Stdout)+string(res.Stderr)))
	}
	return string(res.Stdout), err
}

// hangUp drops the connection to a host: the next question makes a new one.
func (s *session) hangUp(host string) {
	s.mu.Lock()
	sh := s.shells[host]
	delete(s.shells, host)
	s.mu.Unlock()
	if sh != nil {
		sh.Close()
	}
}
