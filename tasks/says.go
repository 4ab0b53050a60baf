package tasks

import (
	"fmt"
	"strings"
)

const kindSays = "says"

// saysWithin bounds, in seconds, what one question to a host's shell may take.
const saysWithin = 15

// said is what a host's shell printed.
type said struct{ Text string }

func (s said) same(o State) bool { return s == o }

// Says returns what shell prints on the host, both outputs, without its last line
// break. The shell runs as root and must change nothing; it is read together with
// all other questions. Ok is false while it was not read.
func (h *Host) Says(shell string) (text string, ok bool) {
	s, ok := h.get(key{kindSays, shell}).(said)
	return s.Text, ok
}

// readSays prints one line per shell, with \037 for the line breaks.
func readSays(shells []string) (text string) {
	for _, s := range shells {
		text += fmt.Sprintf("timeout -k 2 %d sh -c %s </dev/null 2>&1 | head -c 20000 | tr '\\n' '\\037'; echo\n", saysWithin, quote(s))
	}
	return text
}

func (h *Host) learnSays(text string, shells []string) error {
	lines := strings.Split(text, "\n")
	if len(lines) < len(shells) {
		return fmt.Errorf("read what the host's shell says: %d answers to %d questions", len(lines), len(shells))
	}
	for i, s := range shells {
		h.before[key{kindSays, s}] = said{strings.TrimSuffix(strings.ReplaceAll(lines[i], "\037", "\n"), "\n")}
	}
	return nil
}
