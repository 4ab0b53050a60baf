package tunnel

import (
	_ "embed"
	"fmt"
	"regexp"
	"time"

	"odooctl/tasks"
)

// What the two hosts run when a Span ends; see tasks.Host.At.
var (
	//go:embed span_near.sh
	spanNear string
	//go:embed span_far.sh
	spanFar string
)

// nearEnd and farEnd are the scripts' arguments.
func (s Span) nearEnd() []string { return []string{prefix + s.Name(), User} }

func (s Span) farEnd() []string {
	return []string{keysFile, sshdFile, sshdConfig, Gate, s.Name() + "@" + s.From.Name,
		fmt.Sprintf("127.0.0.1:%d", s.Port), blockBegin, blockEnd}
}

var untilLine = regexp.MustCompile(`(?m)^# Until: (\S+)$`)

// until returns when a tunnel of this name ends by itself; zero if it does not.
func until(h *tasks.Host, name string) time.Time {
	if m := untilLine.FindStringSubmatch(h.File(unitDirectory + prefix + name + ".service").Text()); m != nil {
		if at, err := time.Parse(time.RFC3339, m[1]); err == nil {
			return at
		}
	}
	return time.Time{}
}
