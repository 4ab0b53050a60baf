package tasks

// Picture is the picture of one host as who runs tasks has it: what is to be read for
// it, what was answered, and the plan that comes of it. The tasks' side of it is
// embedded.
type Picture struct{ *Host }

// Err returns what made the host impossible to read or to plan, or nil.
func (h *Picture) Err() error {
	if h.failure != nil {
		return h.failure
	}
	return h.broken
}

// Fail records that the host could not be read. It is left out from then on, and
// hosts that need it fail with a PeerError.
func (h *Picture) Fail(err error) { h.failure = err }
