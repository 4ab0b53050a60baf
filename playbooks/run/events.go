package run

import (
	"iter"

	"odooctl/playbooks/journal"
)

// This file tells what happens as it happens: to the journal, and to whoever shows the run to a
// person or a program. They all get the same events.

// Event is something that happened.
type Event = journal.Entry

// write tells of an event that is in the journal. The error is for one that could not be written.
func (s *session) write(e Event) error {
	err := s.journal.Write(e)
	s.tell(e)
	return err
}

// writeAll is write for events that are made as they are told.
func (s *session) writeAll(list iter.Seq[Event]) error {
	return s.journal.WriteAll(func(yield func(Event) bool) {
		more := true
		for e := range list {
			more = more && yield(e)
			s.tell(e)
		}
	})
}

// tell tells of an event, without the secrets that hosts repeat.
func (s *session) tell(e Event) {
	hide := s.inv.Revealed().Hide
	e.Step, e.Text, e.Error = hide(e.Step), hide(e.Text), hide(e.Error)
	s.opts.Event(e)
}

// say tells something of a host, or with "" of the whole run.
func (s *session) say(host, text string) {
	s.tell(Event{Type: journal.Said, Host: host, Text: text})
}

// step tells that something begins on a host, in words. What it returns tells of its end.
func (s *session) step(host, what string) (end func()) {
	began := s.opts.Now()
	s.tell(Event{Type: journal.StepBegun, Host: host, Step: what})
	return func() {
		s.tell(Event{Type: journal.StepEnded, Host: host, Step: what, Took: s.opts.Now().Sub(began).Milliseconds()})
	}
}
