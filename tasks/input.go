package tasks

// InputError says that something the operator gave cannot be used, such as a
// certificate that has expired: no host is to be touched before that is put right.
type InputError struct{ Err error }

func (e *InputError) Error() string { return e.Err.Error() }
func (e *InputError) Unwrap() error { return e.Err }
