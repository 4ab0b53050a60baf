package tunnel

import (
	_ "embed"
	"fmt"
	"regexp"
	"time"

	"odooctl/tasks"
)

// What the two hosts run when a Span is over; see tasks.Host.At.
var (
	//go:embed span_near.sh
	spanNear string
	//go:embed span_far.sh
	spanFar string
)

func (s Span) endNear() string {
	return fmt.Sprintf("tunnel='%s' user='%s'\n%s", prefix+s.Name(), User, spanNear)
}

func (s Span) endFar() string {
	return fmt.Sprintf("keys='%s' own='%s' main='%s' user='%s'\nwho='%s@%s' at='127.0.0.1:%d'\nbegin='%s' end='%s'\n%s",
		keysFile, sshdFile, sshdConfig, Gate, s.Name(), s.From.Name, s.Port, blockBegin, blockEnd, spanFar)
}

var untilLine = regexp.MustCompile(`(?m)^# Until: (\S+)$`)

// until returns when a tunnel of this name ends by itself; the zero time where it
// does not.
func until(h *tasks.Host, name string) time.Time {
	if m := untilLine.FindStringSubmatch(h.File(unitDirectory + prefix + name + ".service").Text()); m != nil {
		if at, err := time.Parse(time.RFC3339, m[1]); err == nil {
			return at
		}
	}
	return time.Time{}
}
