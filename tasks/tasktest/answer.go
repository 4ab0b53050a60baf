package tasktest

import (
	"bytes"
	"fmt"
	"strings"

	"odooctl/tasks"
)

// fake implements a kind of thing on fake hosts. Each is in the file of its kind, which
// adds it to fakes.
type fake struct {
	// answer answers the questions of the kind; nil if another kind's does.
	answer func(h *host, q questions, part func(name, text string))
	// row is the values of a path beside its content, without kind and path.
	row func(h *host, path string) (values []string, ok bool)
	// verbs are the functions of packed scripts for the kind.
	verbs map[string]verb
}

// verb runs a function of a packed script with its arguments.
type verb func(t *transaction, arg []string) error

// questions are the questions to a host, by kind.
type questions map[string][]string

// fakes has the fake of every kind, by its name.
var fakes = map[string]fake{}

// Answer is what the reading script would print on the host of the picture.
func (all *Hosts) Answer(picture *tasks.Picture, nonce string) []byte {
	h, q := all.named(picture.Name), picture.Questions()
	const key = "key-that-the-host-draws"
	var out bytes.Buffer
	fmt.Fprintf(&out, "\n@%s %s\n", nonce, key)
	part := func(name, text string) { fmt.Fprintf(&out, "\n@%s %s\n%s", key, name, text) }
	if strings.Contains(picture.ReadScript(nonce), "part facts\n") {
		part("facts", h.answerFacts())
	}
	for _, kind := range tasks.Kinds() {
		f, ok := fakes[kind]
		if !ok {
			panic("fake hosts have no " + kind + ": add it to fakes")
		}
		if f.answer != nil {
			f.answer(h, q, part)
		}
	}
	part("end", "")
	return out.Bytes()
}

// one is an answer with one part, if its kind is asked for at all.
func one(kind, name string, answer func(h *host, names []string) string) func(*host, questions, func(string, string)) {
	return func(h *host, q questions, part func(name, text string)) {
		if len(q[kind]) > 0 {
			part(name, answer(h, q[kind]))
		}
	}
}

func (h *host) answerFacts() (text string) {
	for _, f := range h.facts {
		text += f + "\n"
	}
	for _, p := range h.pending {
		text += "pending " + p + "\n"
	}
	return text
}
