package tasks

// Picture is the engine's side of a Host, which is embedded: what is to be read of it,
// the answers, and the resulting plan.
type Picture struct{ *Host }

// Err returns why the host could not be read or planned, or nil.
func (h *Picture) Err() error {
	if h.failure != nil {
		return h.failure
	}
	return h.broken
}

// Was returns the text of a file before the plan; "" if it is not there, or was not read.
func (h *Picture) Was(path string) string {
	n, _ := h.before[key{kindPath, path}].(node)
	return n.Content
}

// Fail records that the host could not be read. It is skipped from then on, and hosts
// that need it fail with a PeerError.
func (h *Picture) Fail(err error) { h.failure = err }
