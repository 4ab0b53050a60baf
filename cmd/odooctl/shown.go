package main

import (
	"io"
	"regexp"
	"strings"
	"sync/atomic"

	"odooctl/inventory"
	"odooctl/tasks"
)

// shown writes what people and programs see: without the secrets that this run has
// read, and with nothing in it that can lead a terminal, whatever was forgotten before.
// It wants whole texts: half of a secret is none that it knows.
type shown struct {
	w      io.Writer
	colour bool // those of paint pass
	known  *atomic.Pointer[inventory.Revealed]
}

// painted are the colours of paint.
var painted = regexp.MustCompile("\x1b\\[(0|2|3[1-6]|31;1)m")

func (s shown) Write(text []byte) (int, error) {
	var b strings.Builder
	rest := s.known.Load().Hide(string(text))
	for s.colour {
		at := painted.FindStringIndex(rest)
		if at == nil {
			break
		}
		b.WriteString(tasks.Printable(rest[:at[0]]) + rest[at[0]:at[1]])
		rest = rest[at[1]:]
	}
	b.WriteString(tasks.Printable(rest))
	_, err := io.WriteString(s.w, b.String())
	return len(text), err
}

// writeJSON writes a document in which no more than texts may change.
func writeJSON(w io.Writer, document []byte) error {
	if s, ok := w.(shown); ok {
		w, document = s.w, s.known.Load().HideJSON(document)
	}
	_, err := w.Write(tasks.PrintableJSON(document))
	return err
}
