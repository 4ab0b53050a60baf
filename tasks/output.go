package tasks

import (
	"fmt"
	"strings"

	"odooctl/remote/shell"
)

const kindOutput = "output"

var outputs = &Kind{
	Name: kindOutput,
	Read: func(a Asked) string { return readOutputs(a.Of(kindOutput)) },
	Learn: func(h *Host, a Answers) error {
		for i, s := range a.Of(kindOutput) {
			text, err := outputIn(a.parts, i)
			if err != nil {
				return fmt.Errorf("read what the host's shell prints: %w", err)
			}
			h.before[key{kindOutput, s}] = printed{text}
		}
		return nil
	},
}

// outputWithin bounds, in seconds, what one question to a host's shell may take.
const outputWithin = 15

// printed is what a host's shell printed.
type printed struct{ Text string }

func (s printed) Same(o State) bool { return s == o }

// Output returns what shell prints on the host, both outputs, without its last line
// break. The shell runs as root and must change nothing; it is read together with
// all other questions. Ok is false while it was not read.
func (h *Host) Output(shell string) (text string, ok bool) {
	s, ok := h.get(key{kindOutput, shell}).(printed)
	return s.Text, ok
}

// readOutputs prints a part for each shell.
func readOutputs(shells []string) (text string) {
	for i, s := range shells {
		text += fmt.Sprintf("part output %d\ntimeout -k 2 %d sh -c %s </dev/null 2>&1 | head -c 20000\n", i, outputWithin,
			shell.Quote(s))
	}
	return text
}

func outputIn(parts map[string][]byte, i int) (string, error) {
	text, ok := parts[fmt.Sprintf("output %d", i)]
	if !ok {
		return "", fmt.Errorf("there is no answer to question %d", i+1)
	}
	return strings.TrimSuffix(string(text), "\n"), nil
}
