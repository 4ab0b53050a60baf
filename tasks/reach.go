package tasks

import "fmt"

// Reach is a way that this host needs to another one, such as that of Odoo to its
// PostgreSQL. It is asked for when the host is read, and again when a run has
// changed something at one of its ends.
type Reach struct {
	Shell string             // prints what was found there, and changes nothing
	Judge func(string) error // says of what it printed what is wrong, and the likely cause
}

// Reach notes a way that has to be open when a run is done. The error says why it
// is not open as the host was read; nil where it is, or that is not known.
func (h *Host) Reach(r Reach) error {
	h.reaches = append(h.reaches, r)
	if text, ok := h.Output(r.Shell); ok {
		return r.Judge(text)
	}
	return nil
}

// Acts reports whether a task has asked so far for something to be done to a unit
// of the host.
func (h *Host) Acts(unit string) bool {
	for _, n := range h.notes {
		if n.Unit == unit {
			return true
		}
	}
	return false
}

// ReachScript returns the program that asks anew for every way that the host
// needs; "" where it needs none. It writes nothing. The nonce must be unknown to
// the host before.
func (h *Picture) ReachScript(nonce string) string {
	if len(h.reaches) == 0 {
		return ""
	}
	var shells []string
	for _, r := range h.reaches {
		shells = append(shells, r.Shell)
	}
	return beginAnswer(nonce) + readOutputs(shells) + "part end\n"
}

// Reached takes in what ReachScript printed, and says what is not open.
func (h *Picture) Reached(nonce string, output []byte) (errs []error) {
	parts, err := partsOf(nonce, output)
	for i, r := range h.reaches {
		text := ""
		if err == nil {
			text, err = outputIn(parts, i)
		}
		if err != nil {
			return append(errs, fmt.Errorf("ask for the ways to other hosts: %w", err))
		}
		if err := r.Judge(text); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}
