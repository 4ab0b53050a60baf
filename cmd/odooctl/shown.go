package main

import (
	"io"
	"regexp"
	"strings"
	"sync/atomic"

	"odooctl/inventory"
	"odooctl/tasks"
)

// shown writes what people and programs see, without the secrets that this run has read
// and without control sequences for the terminal, as the last guard after all others. It
// has to be given whole texts: it does not recognize half of a secret.
type shown struct {
	w      io.Writer
	colour bool // the colours of paint pass
	known  *atomic.Pointer[inventory.Revealed]
	log    *logFile // which gets the same; nil: none
}

// painted are the colours of paint.
var painted = regexp.MustCompile("\x1b\\[(|2|3[1-6]|31;1)m")

func (s shown) Write(text []byte) (int, error) {
	var colourful, plain strings.Builder
	rest := s.known.Load().Hide(string(text))
	for s.colour {
		at := painted.FindStringIndex(rest)
		if at == nil {
			break
		}
		before := tasks.Printable(rest[:at[0]])
		colourful.WriteString(before + rest[at[0]:at[1]])
		plain.WriteString(before)
		rest = rest[at[1]:]
	}
	rest = tasks.Printable(rest)
	if s.log != nil {
		io.WriteString(s.log, plain.String()+rest)
	}
	_, err := io.WriteString(s.w, colourful.String()+rest)
	return len(text), err
}

// writeJSON writes a document in which only texts may change.
func writeJSON(w io.Writer, document []byte) error {
	if s, ok := w.(shown); ok {
		w, document = s.w, s.known.Load().HideJSON(document)
	}
	_, err := w.Write(tasks.PrintableJSON(document))
	return err
}
