package tasks

import (
	"slices"
	"strings"
)

// Kind is one kind of thing that the picture of a host holds: how it is read, and
// how a difference is shown and made. All of a kind is in one file. A kind that
// is only asked for, such as what a host's shell prints, has no Show and Compile.
//
// Undo is Compile with before and after exchanged.
type Kind struct {
	Name string // unit; plans call it so

	// With names the kind whose Read and Learn have the answers to questions of
	// this kind, and all of them each time.
	With string

	// Read returns shell that answers what is asked; "" where that is nothing. In it,
	// `part NAME` begins a part of the answer, and the shell's names are its own.
	Read func(a Asked) string

	// Learn takes the answers into the picture. An error means that they make no sense.
	Learn func(h *Host, a Answers) error

	// Show says in a word or two each what changes, such as "0644 -> 0640".
	Show func(before, after State) []string

	// What names the thing in a plan; nil: the kind and the name.
	What func(name string, before, after State) string

	// Compile adds the lines that turn before into after. Nil is what does not exist.
	Compile func(s *Script, name string, before, after State)

	together func(s *Script, changes []Change) // adds what all changes of a plan have in common
	at       *standing                         // of what stands at paths: how it is looked for
}

// kinds lists all kinds, in the order in which changes are made: what others need
// first. Undo goes the other way. Kinds that are only asked for come last.
var kinds []*Kind

func init() {
	kinds = []*Kind{
		packages, versions, groups, users,
		paths, trees, checkouts, builds, units,
		globs, privates, outputs, probes,
	}
}

// RegisterKinds adds kinds of what a system has, from the init function of its
// package. What they change comes in this order, after packages and accounts and
// before files. One of another's name is a mistake in the program.
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

// Get returns how a thing of the kind is in the picture now; nil where it does not
// exist. Where it was not read, that is a question.
func (k *Kind) Get(h *Host, name string) State { return h.get(key{k.Name, name}) }

// Now is Get without a question: what was not read does not exist.
func (k *Kind) Now(h *Host, name string) State {
	if s, ok := h.after[key{k.Name, name}]; ok {
		return s
	}
	return k.Was(h, name)
}

// Was returns how the thing was when the host was read.
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

// Found lists what there was of the kind when the host was read, in order.
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

// answered marks a question that has no state of its own as answered.
type answered struct{}

// Same implements State.
func (answered) Same(State) bool { return true }

// Asked is what is asked of a host, by kind.
type Asked struct {
	names map[string][]string
	root  string // prefix of every path; "" but in tests
}

// Of lists the names that are asked for of a kind, in order.
func (a Asked) Of(kind string) []string { return a.names[kind] }

// Answers are what a host says to what it was asked.
type Answers struct {
	Asked
	h     *Host
	parts map[string][]byte
}

// Know puts into the picture how a thing of a kind is; nil: it does not exist.
func (a Answers) Know(kind, name string, s State) { a.h.before[key{kind, name}] = s }

// KnowUnit puts into the picture what systemctl show says of a unit: LoadState,
// ActiveState, SubState and UnitFileState, a line each.
func (a Answers) KnowUnit(name, properties string) {
	a.Know(kindUnit, name, unitOf(strings.Split(properties, "\n")))
}

// Part returns a part of the answer; "" where there is none.
func (a Answers) Part(name string) string { return string(a.parts[name]) }

// Below returns the parts whose names begin with this word, by the rest of the name.
func (a Answers) Below(word string) map[string]string {
	list := map[string]string{}
	for name, value := range a.parts {
		if rest, ok := strings.CutPrefix(name, word+" "); ok {
			list[rest] = string(value)
		}
	}
	return list
}
