package report

import (
	"bytes"
	"encoding/json"
	"time"

	"odooctl/playbooks/journal"
)

// streamVersion is the version of the stream of events. Within it, no key is renamed or changes its
// meaning; types of events may be added.
const streamVersion = 1

// EventDocument is a line of what -o ndjson prints: the first says which version of the stream it
// is, and each of the others what happened in the run. They are those of its journal, and between
// them the steps of each host as they begin and end.
type EventDocument struct {
	Stream int `json:"stream,omitempty" jsonschema:"enum=1"` // version of the stream, in the first line
	journal.Entry
}

// streamBegun is the type of the first line.
const streamBegun journal.EntryType = "stream_begun"

// NewEventStream returns the first line of a stream that a version of the program writes.
func NewEventStream(version string, now time.Time) *EventDocument {
	return &EventDocument{streamVersion, journal.Entry{Time: now.UTC(), Type: streamBegun, Version: version}}
}

// NewEvent returns the line of an event.
func NewEvent(e journal.Entry, now time.Time) *EventDocument {
	e.Time = now.UTC()
	return &EventDocument{Entry: e}
}

// Line is a document on one line.
func Line(document any) ([]byte, error) {
	var b bytes.Buffer
	w := json.NewEncoder(&b)
	w.SetEscapeHTML(false)
	err := w.Encode(document)
	return b.Bytes(), err
}
