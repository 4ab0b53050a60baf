package tasks

import (
	"fmt"
	"strings"

	"odooctl/remote/shell"
)

const kindSays = "says"

var sayings = &Kind{
	Name: kindSays,
	Read: func(a Asked) string { return readSays(a.Of(kindSays)) },
	Learn: func(h *Host, a Answers) error {
		for i, s := range a.Of(kindSays) {
			text, err := saidIn(a.parts, i)
			if err != nil {
				return fmt.Errorf("read what the host's shell says: %w", err)
			}
			h.before[key{kindSays, s}] = said{text}
		}
		return nil
	},
}

// saysWithin limits, in seconds, one question to a host's shell.
const saysWithin = 15

// said is what a host's shell printed.
type said struct{ Text string }

func (s said) Same(o State) bool { return s == o }

// Says returns what a shell command prints on the host, both outputs, without the last
// line break. It runs as root and must change nothing; it is read together with all
// other questions. ok is false until it was read.
func (h *Host) Says(shell string) (text string, ok bool) {
	s, ok := h.get(key{kindSays, shell}).(said)
	return s.Text, ok
}

// readSays prints a part for each command.
func readSays(shells []string) (text string) {
	for i, s := range shells {
		text += fmt.Sprintf("part says %d\ntimeout -k 2 %d sh -c %s </dev/null 2>&1 | head -c 20000\n",
			i, saysWithin, shell.Quote(s))
	}
	return text
}

func saidIn(parts map[string][]byte, i int) (string, error) {
	text, ok := parts[fmt.Sprintf("says %d", i)]
	if !ok {
		return "", fmt.Errorf("there is no answer to question %d", i+1)
	}
	return strings.TrimSuffix(string(text), "\n"), nil
}
