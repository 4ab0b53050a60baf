package tasks

import "fmt"

// Reach is a connection that this host needs to another one, such as Odoo's to its
// PostgreSQL. It is tested when the host is read, and again when a run has changed
// something at one of its ends.
type Reach struct {
	Shell string             // prints the result of the test, and changes nothing
	Judge func(string) error // returns what is wrong with that result, and the likely cause
}

// Reach adds a connection that has to work when a run is done. The error says why it
// did not work when the host was read; nil if it did, or that is unknown.
func (h *Host) Reach(r Reach) error {
	h.reaches = append(h.reaches, r)
	if text, ok := h.Output(r.Shell); ok {
		return r.Judge(text)
	}
	return nil
}

// Acts reports whether a task has requested an action on a unit of the host so far.
func (h *Host) Acts(unit string) bool {
	for _, n := range h.notes {
		if n.Unit == unit {
			return true
		}
	}
	return false
}

// ReachScript returns the program that tests every connection that the host needs
// again; "" if it needs none. It is read-only. The host must not know the nonce before.
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

// Reached parses the output of ReachScript, and returns what does not work.
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
