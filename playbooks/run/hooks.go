package run

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"odooctl/playbooks/journal"
)

// This file calls the operator's own programs before and after what a run does.

// hookWithin is how long a program may take unless the inventory says otherwise.
const hookWithin = time.Minute

// moment is when a hook is called: its name in the inventory, and what it is told in
// addition to the facts of the run.
type moment struct {
	name  string
	argv  []string
	play  string
	batch *roll // at work; nil: none
	at    int   // of its batches, from 0
	hosts []string

	after  bool
	status string // "" = ok or failed, by the hosts
	exit   int
}

// call runs the program of a moment, if there is one. odooctl puts no secret into its
// environment.
func (s *session) call(ctx context.Context, m moment) error {
	if len(m.argv) == 0 {
		return nil
	}
	within := cmp.Or(s.inv.Hooks.Within, hookWithin)
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	out, err := s.opts.Call(ctx, m.argv, s.facts(m))
	if err == nil {
		return nil
	}
	said := s.tail(string(out))
	if said != "" {
		said = ": " + said
	}
	if ctx.Err() == context.DeadlineExceeded {
		err = fmt.Errorf("it did not end within %s", within)
	}
	return fmt.Errorf("%s: hook %s, %s: %w%s", s.inv.Hooks.At(m.name), m.name, m.argv[0], err, said)
}

// afterwards calls the program of a moment after the fact: neither its failure nor an
// interrupt by the operator changes anything.
func (s *session) afterwards(ctx context.Context, m moment) {
	ctx, cancel := s.running(ctx)
	defer cancel()
	m.after = true
	if err := s.call(ctx, m); err != nil {
		s.say("", "warning: "+err.Error())
	}
}

// facts are what a program is told, as variables of its environment.
func (s *session) facts(m moment) []string {
	list := []string{
		"ODOOCTL_HOOK=" + m.name,
		"ODOOCTL_RUN=" + s.ID,
		"ODOOCTL_VERB=" + string(s.about.Verb),
		"ODOOCTL_INVENTORY=" + s.about.Inventory,
		"ODOOCTL_PLAYBOOK=" + s.about.Playbook,
		"ODOOCTL_HOSTS=" + strings.Join(m.hosts, " "),
	}
	if m.play != "" {
		list = append(list, "ODOOCTL_PLAY="+m.play)
	}
	if m.batch != nil {
		list = append(list, "ODOOCTL_BATCH="+strconv.Itoa(m.at+1), "ODOOCTL_BATCHES="+strconv.Itoa(len(m.batch.batches)))
	}
	if !m.after {
		return list
	}
	failed := slices.DeleteFunc(slices.Clone(m.hosts), func(name string) bool { o := s.outcome(name); return !o.Bad() })
	status := "ok"
	if len(failed) > 0 || m.exit != 0 {
		status = "failed"
	}
	return append(list, "ODOOCTL_STATUS="+cmp.Or(m.status, status), "ODOOCTL_FAILED="+strings.Join(failed, " "),
		"ODOOCTL_EXIT="+strconv.Itoa(m.exit))
}

// hooked does something to a host between its before and after hooks. A host whose first
// hook fails stays as it is, and counts as failed.
func (s *session) hooked(ctx context.Context, w work, do func() error) error {
	host := w.host
	m := moment{name: "before_host", argv: s.inv.Hooks.BeforeHost, play: w.plays, hosts: []string{host}}
	if w.roll.has(host) {
		m.batch, m.at = w.roll, w.roll.batch[host]
	}
	if err := s.call(ctx, m); err != nil {
		err = fmt.Errorf("%s: untouched: %w", host, err)
		s.note(host, func(o *Outcome) { o.State, o.Err = journal.Failed, err })
		return err
	}
	err := do()
	m.name, m.argv, m.status = "after_host", s.inv.Hooks.AfterHost, string(s.outcome(host).State)
	s.afterwards(ctx, m)
	return err
}

// moment is one of a batch.
func (r *roll) moment(name string, argv []string, at int) moment {
	return moment{name: name, argv: argv, play: r.name, batch: r, at: at, hosts: r.batches[at]}
}

// moment is one of the whole run.
func (s *session) moment(name string, argv []string) moment {
	return moment{name: name, argv: argv, hosts: s.hosts()}
}
