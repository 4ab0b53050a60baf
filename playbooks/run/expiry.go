package run

import (
	"fmt"
	"math"
	"time"

	"odooctl/tasks"
	"odooctl/tasks/certificate"
)

// Expiry is something on a host that is valid until a day, and how near that is.
type Expiry struct {
	tasks.Expiry
	Standing certificate.Standing
	Left     time.Duration // negative where it is over
}

// expiries returns how long the certificates of a host are still valid.
func expiries(h *tasks.Picture, now time.Time) (list []Expiry) {
	for _, e := range h.Expiries() {
		list = append(list, Expiry{e, certificate.StandingIn(e.From, e.Until, now), e.Until.Sub(now)})
	}
	return list
}

// String says it in a line: certificate of odoo.example.com: valid until 2027-12-24
// (397 days).
func (e Expiry) String() string {
	days := int(math.Floor(e.Left.Hours() / 24))
	switch day := e.Until.UTC().Format(time.DateOnly); e.Standing {
	case certificate.Expired:
		return fmt.Sprintf("%s: EXPIRED on %s, browsers refuse it (%s)", e.What, day, e.File)
	case certificate.NotYet:
		return fmt.Sprintf("%s: valid from %s only, browsers refuse it (%s)", e.What, e.From.UTC().Format(time.DateOnly),
			e.File)
	case certificate.Due:
		return fmt.Sprintf("%s: valid until %s, %s of %d: it is time for the next one (%s)", e.What, day,
			tasks.Plural(days, "day"), int(e.Until.Sub(e.From).Hours()/24), e.File)
	default:
		return fmt.Sprintf("%s: valid until %s, %s", e.What, day, tasks.Plural(days, "day"))
	}
}
