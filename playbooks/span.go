package playbooks

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/tunnel"
)

// Span is a tunnel between two hosts for a time: To's Port can be reached on From's
// loopback, at Near.
type Span = tunnel.Span

var spanForm = regexp.MustCompile(`^([^=:]+):(\d{1,5})=([^=:]+):(\d{1,5})$`)

// IsSpan reports whether a word has the form of a Span: HOST:PORT=HOST:PORT.
func IsSpan(word string) bool { return spanForm.MatchString(word) }

// ParseSpan reads HOST:PORT=HOST:PORT, with hosts of the inventory.
func ParseSpan(inv *inventory.Inventory, word string) (s Span, err error) {
	m := spanForm.FindStringSubmatch(word)
	if m == nil {
		return s, fmt.Errorf("%s: want HOST:PORT=HOST:PORT, such as app1:15432=db1:5432", word)
	}
	if s.From, err = spanHost(inv, m[1]); err != nil {
		return s, err
	}
	if s.To, err = spanHost(inv, m[3]); err != nil {
		return s, err
	}
	s.Near, _ = strconv.Atoi(m[2])
	s.Port, _ = strconv.Atoi(m[4])
	switch {
	case s.Near < 1 || s.Near > 65535 || s.Port < 1 || s.Port > 65535:
		return s, fmt.Errorf("%s: a port is 1 to 65535", word)
	case s.Near < 1024:
		return s, fmt.Errorf("%s: port %d is for root, and the tunnel does not run as root: choose one from 1024 on", word,
			s.Near)
	case s.From == s.To:
		return s, fmt.Errorf("%s: both ends are on %s: no tunnel is needed", word, s.From.Name)
	}
	return s, nil
}

func spanHost(inv *inventory.Inventory, name string) (*inventory.Host, error) {
	if h := inv.Host(name); h != nil {
		return h, nil
	}
	if _, err := inv.Match(name); err != nil {
		return nil, err // names the nearest
	}
	return nil, fmt.Errorf("%s is not a host", name)
}

// OpenSpan is the playbook that makes a tunnel between two hosts, until a time.
func OpenSpan(s Span, until time.Time) *Playbook {
	s.Until = until
	return spanBook(
		spanPlay("The tunnel's key", s.From, s.Key()),
		spanPlay("The way in", s.To, s.Admit()),
		spanPlay("The tunnel", s.From, s.Open()),
	)
}

// CloseSpan is the playbook that removes it before its time is over.
func CloseSpan(s Span) *Playbook {
	return spanBook(
		spanPlay("The tunnel", s.From, s.Close(), tunnel.Ended{}),
		spanPlay("The way in", s.To, s.Close(), tunnel.Server{}),
	)
}

func spanBook(plays ...Play) *Playbook {
	return &Playbook{Name: "tunnel", Plays: plays, Together: true}
}

func spanPlay(name string, h *inventory.Host, list ...tasks.Task) Play {
	p := Play{Name: name, Hosts: h.Name}
	for _, t := range list {
		p.Tasks = append(p.Tasks, tasks.NamedTask{Name: "tunnel", Task: t})
	}
	return p
}
