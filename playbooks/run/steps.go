package run

import (
	"strconv"
	"strings"

	"odooctl/playbooks/journal"
)

// timedMark begins the lines in which a host reports its steps.
const timedMark = "timed: "

// steps takes the steps out of what a host printed, and returns the rest.
func steps(out string) (list []journal.Step, rest string) {
	var b strings.Builder
	for line := range strings.Lines(out) {
		text, ok := strings.CutPrefix(line, timedMark)
		if !ok {
			b.WriteString(line)
			continue
		}
		f := strings.SplitN(strings.TrimSpace(text), " ", 3)
		if len(f) < 3 {
			continue
		}
		from, err := strconv.Atoi(f[0])
		to, wrong := strconv.Atoi(f[1])
		if err == nil && wrong == nil {
			list = append(list, journal.Step{What: f[2], From: from, Took: to - from})
		}
	}
	return list, b.String()
}
