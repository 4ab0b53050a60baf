package tasks

import (
	"slices"
	"strings"
)

// Kind is one kind of thing in a picture: how it is read, and how a difference is shown
// and made. Each kind has one file. A kind that is only read, such as what a host's
// shell prints, has no Show and Compile.
//
// Undo is Compile with before and after exchanged.
type Kind struct {
	Name string // such as unit; used in plans

	// With names the kind whose Read and Learn answer this kind's questions, all of
	// them each time.
	With string

	// Read returns shell that answers the questions; "" if there are none. In it, `part
	// NAME` begins a part of the answer; its variables are local to it.
	Read func(a Asked) string

	// Learn stores the answers in the picture. An error means that they are malformed.
	Learn func(h *Host, a Answers) error

	// Show lists what changes, in a word or two each, such as "0644 -> 0640".
	Show func(before, after State) []string

	// What names the thing in a plan; nil: the kind and the name.
	What func(name string, before, after State) string

	// Compile adds the lines that turn before into after. nil does not exist.
	Compile func(s *Script, name string, before, after State)

	together func(s *Script, changes []Change) // adds a step that all changes of a plan share
	at       *standing                         // for kinds of what is at paths: how to look for it
}

// kinds lists all kinds in the order in which changes are made: dependencies first.
// Undo goes the other way. Kinds that are only read come last.
var kinds []*Kind

func init() {
	kinds = []*Kind{
		packages, versions, groups, users,
		paths, trees, checkouts, builds, units,
		globs, privates, outputs, probes, times, mounts,
	}
}

// RegisterKinds adds the kinds of a system, from the init function of its package.
// Their changes are made in this order, after packages and accounts and before files. A
// duplicate name panics.
func RegisterKinds(list ...*Kind) {
	for _, k := range list {
		if kindOf(k.Name) != nil {
			panic("kind " + k.Name + " is registered twice")
		}
		at := len(kinds)
		if k.Compile != nil {
			at = slices.Index(kinds, paths)
		}
		kinds = slices.Insert(kinds, at, k)
	}
}

// Get returns the state of a thing in the picture; nil if it does not exist. If it was
// not read, that records a question.
func (k *Kind) Get(h *Host, name string) State { return h.get(key{k.Name, name}) }

// Now is Get without a question: what was not read does not exist.
func (k *Kind) Now(h *Host, name string) State {
	if s, ok := h.after[key{k.Name, name}]; ok {
		return s
	}
	return k.Was(h, name)
}

// Was returns the state of the thing when the host was read.
func (k *Kind) Was(h *Host, name string) State { return h.before[key{k.Name, name}] }

// Set changes the picture, without a question. What was not read did not exist.
func (k *Kind) Set(h *Host, name string, s State) {
	id := key{k.Name, name}
	if _, ok := h.before[id]; !ok {
		h.before[id] = nil
	}
	h.after[id] = s
}

// Changes reports whether tasks have changed the thing so far.
func (k *Kind) Changes(h *Host, name string) bool { return !equal(k.Was(h, name), k.Now(h, name)) }

// Found lists the things of the kind that existed when the host was read, sorted.
func (k *Kind) Found(h *Host) (names []string) {
	for id, s := range h.before {
		if id.kind == k.Name && s != nil {
			names = append(names, id.name)
		}
	}
	slices.Sort(names)
	return names
}

// Kinds lists the names of all kinds, in the order in which they are read.
func Kinds() (names []string) {
	for _, k := range kinds {
		names = append(names, k.Name)
	}
	return names
}

// kindOf returns the kind of that name, or nil.
func kindOf(name string) *Kind {
	for _, k := range kinds {
		if k.Name == name {
			return k
		}
	}
	return nil
}

// answered marks a question without a state of its own as answered.
type answered struct{}

// Same implements State.
func (answered) Same(State) bool { return true }

// Asked is a host's open questions, by kind.
type Asked struct {
	names map[string][]string
	root  string // prefix of every path; "" except in tests
}

// Of lists the names asked for of a kind, sorted.
func (a Asked) Of(kind string) []string { return a.names[kind] }

// Answers are a host's answers.
type Answers struct {
	Asked
	h     *Host
	parts map[string][]byte
}

// Know stores the state of a thing in the picture; nil: it does not exist.
func (a Answers) Know(kind, name string, s State) { a.h.before[key{kind, name}] = s }

// KnowUnit stores what systemctl show prints of a unit: the UnitProperties, a line each.
func (a Answers) KnowUnit(name, properties string) {
	a.Know(kindUnit, name, unitOf(strings.Split(properties, "\n")))
}

// Part returns a part of the answer; "" if there is none.
func (a Answers) Part(name string) string { return string(a.parts[name]) }

// Below returns the parts whose names begin with word, by the rest of the name.
func (a Answers) Below(word string) map[string]string {
	list := map[string]string{}
	for name, value := range a.parts {
		if rest, ok := strings.CutPrefix(name, word+" "); ok {
			list[rest] = string(value)
		}
	}
	return list
}
