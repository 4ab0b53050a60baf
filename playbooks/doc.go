// Package playbooks is the language of plays: which hosts get which tasks, in which
// order, and how a play rolls over them.
//
// A playbook is a list of plays in YAML. The embedded ones are the files beside this
// one; Parse reads those of a user, and Drain, Grant or OpenSpan make one for a verb.
//
//	book, err := playbooks.Embedded("site")
//	stages, err := book.Stages(inv, limit, tags)   // per play: its hosts and its tasks
//
// The packages below use it: run reads, plans and applies, connect logs in, journal and
// planfile keep what happened and what was planned.
package playbooks
