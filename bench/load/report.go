package load

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Report is what the users noticed.
type Report struct {
	Kinds         []Count `json:"kinds"`
	Created       int     `json:"created"`        // records whose creation was answered
	Missing       int     `json:"missing"`        // those of them that the database does not have
	SessionsEnded int     `json:"sessions_ended"` // logins that had to be repeated
}

// Count is what one kind of request met.
type Count struct {
	Kind  string        `json:"kind"`
	Sent  int           `json:"sent"`
	Lost  int           `json:"lost"`            // neither an answer nor the page
	Page  int           `json:"page"`            // got the maintenance page
	Slow  time.Duration `json:"slow_ns"`         // the slowest answer
	Error string        `json:"error,omitempty"` // the last one

	// Gap is the longest time without a request of this kind that was answered; of those who wait for messages, the
	// longest time that one of them was not connected.
	Gap    time.Duration `json:"gap_ns"`
	Breaks int           `json:"breaks,omitempty"` // waits for messages that broke and were begun again
}

// Lost is how many requests of all kinds were lost.
func (r Report) Lost() (n int) {
	for _, c := range r.Kinds {
		n += c.Lost
	}
	return n
}

// Sent is how many requests of all kinds were sent.
func (r Report) Sent() (n int) {
	for _, c := range r.Kinds {
		n += c.Sent
	}
	return n
}

// Breaks is how many waits for messages broke.
func (r Report) Breaks() (n int) {
	for _, c := range r.Kinds {
		n += c.Breaks
	}
	return n
}

// Pages is how many requests of all kinds got the maintenance page.
func (r Report) Pages() (n int) {
	for _, c := range r.Kinds {
		n += c.Page
	}
	return n
}

// Gap is the longest time without an answer, of all kinds.
func (r Report) Gap() (longest time.Duration) {
	for _, c := range r.Kinds {
		longest = max(longest, c.Gap)
	}
	return longest
}

// Add takes in what users in another place noticed at the same time.
func (r *Report) Add(other Report) {
	r.Created += other.Created
	r.Missing += other.Missing
	r.SessionsEnded += other.SessionsEnded
	for _, c := range other.Kinds {
		i := slices.IndexFunc(r.Kinds, func(own Count) bool { return own.Kind == c.Kind })
		if i < 0 {
			r.Kinds = append(r.Kinds, c)
			continue
		}
		own := &r.Kinds[i]
		own.Sent, own.Lost, own.Page = own.Sent+c.Sent, own.Lost+c.Lost, own.Page+c.Page
		own.Breaks += c.Breaks
		own.Gap, own.Slow = max(own.Gap, c.Gap), max(own.Slow, c.Slow)
		own.Error = cmp.Or(own.Error, c.Error)
	}
}

// String is a table with a line for each kind, and one for what is about all.
func (r Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-12s %7s %6s %6s %6s %9s %9s\n", "", "sent", "lost", "page", "breaks", "gap", "slowest")
	for _, c := range r.Kinds {
		fmt.Fprintf(&b, "%-12s %7d %6d %6d %6d %7.1f s %7.1f s\n", c.Kind, c.Sent, c.Lost, c.Page, c.Breaks,
			c.Gap.Seconds(), c.Slow.Seconds())
		if c.Error != "" {
			fmt.Fprintf(&b, "             %s\n", c.Error)
		}
	}
	fmt.Fprintf(&b, "%d of %d lost, longest gap %.1f s, %d of %d creates missing, %d sessions ended, %d waits broke\n",
		r.Lost(), r.Sent(), r.Gap().Seconds(), r.Missing, r.Created, r.SessionsEnded, r.Breaks())
	return b.String()
}
