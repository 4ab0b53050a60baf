package journal

// State is what became of a host in a run.
type State string

// The states of a host, from good to bad.
const (
	Unchanged   State = "ok"           // was as it should be
	Changed     State = "changed"      // is now as it should be
	Skipped     State = "skipped"      // a host that it needs failed; not touched
	Unreachable State = "unreachable"  // not touched
	Locked      State = "locked"       // another run is at work on it; not touched
	Stale       State = "stale"        // changed since it was read; not touched
	Unknown     State = "unknown"      // a transaction was begun, and how it ended is not known
	Failed      State = "failed"       // could not be read, planned or applied
	PutBack     State = "put back"     // a change failed and all of it was undone
	NotPutBack  State = "not put back" // a change failed and not all could be undone
)
