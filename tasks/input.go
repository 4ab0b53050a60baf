package tasks

// InputError means that something the operator provided is unusable, such as an expired
// certificate: no host is touched until that is fixed.
type InputError struct{ Err error }

func (e *InputError) Error() string { return e.Err.Error() }
func (e *InputError) Unwrap() error { return e.Err }
