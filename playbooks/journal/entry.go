package journal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// EntryType says what a line of a journal records.
type EntryType string

// The types of entries, in the order in which a run writes them.
const (
	RunBegun         EntryType = "run_begun"
	HostPlanned      EntryType = "host_planned"
	BatchesCut       EntryType = "batches_cut" // of a play that rolls
	BatchBegun       EntryType = "batch_begun"
	BatchEnded       EntryType = "batch_ended"
	HostDrained      EntryType = "host_drained" // written before nginx is told
	HostUndrained    EntryType = "host_undrained"
	TransactionBegun EntryType = "transaction_begun" // written before the host is told
	TransactionEnded EntryType = "transaction_ended"
	HostEnded        EntryType = "host_ended" // the run does nothing more on the host
	RunEnded         EntryType = "run_ended"
)

// Verb is what a run was started to do.
type Verb string

// The verbs that write a journal.
const (
	VerbApply    Verb = "apply"
	VerbResume   Verb = "resume"
	VerbRollback Verb = "rollback"
)

// Entry is one line of a journal. Which fields are set depends on its type.
type Entry struct {
	Time time.Time `json:"time"`
	Type EntryType `json:"type"`
	Host string    `json:"host,omitempty"`

	// Run begun.
	Run             string   `json:"run,omitempty"`
	Verb            Verb     `json:"verb,omitempty"`
	Of              string   `json:"of,omitempty"`        // the run that is resumed or rolled back
	Inventory       string   `json:"inventory,omitempty"` // absolute path
	InventoryDigest string   `json:"inventory_digest,omitempty"`
	Plan            string   `json:"plan,omitempty"`     // the run that has made the plan file that is applied
	Playbook        string   `json:"playbook,omitempty"` // name of an embedded one, or absolute path
	PlaybookDigest  string   `json:"playbook_digest,omitempty"`
	Limit           string   `json:"limit,omitempty"`
	Tags            string   `json:"tags,omitempty"`
	AllowRestart    bool     `json:"allow_restart,omitempty"`
	Updates         string   `json:"updates,omitempty"`      // modules that the operator named
	Sizes           string   `json:"sizes,omitempty"`        // of batches, as the operator gave them
	MaxFailures     string   `json:"max_failures,omitempty"` // likewise
	Who             string   `json:"who,omitempty"`
	Version         string   `json:"version,omitempty"`
	Hosts           []string `json:"hosts,omitempty"`

	// Host planned.
	Digest string `json:"digest,omitempty"`

	// Transaction begun and ended.
	Transaction string   `json:"transaction,omitempty"`
	Undoes      string   `json:"undoes,omitempty"`   // the transaction that a rollback undoes
	Stages      []string `json:"stages,omitempty"`   // names of the plays
	Rank        int      `json:"rank,omitempty"`     // position of the first of them, from 0; of the play, for batches
	Commands    []string `json:"commands,omitempty"` // the commands that it runs and that cannot be undone

	Steps []Step `json:"steps,omitempty"` // as the host reported them

	// Batches cut, begun and ended.
	Play    string     `json:"play,omitempty"`
	Batch   int        `json:"batch,omitempty"` // from 1
	Batches [][]string `json:"batches,omitempty"`

	// What was planned, and what became of it.
	Changes int           `json:"changes,omitempty"`
	State   State         `json:"state,omitempty"`
	Error   string        `json:"error,omitempty"`
	Exit    *int          `json:"exit,omitempty"`
	Totals  map[State]int `json:"totals,omitempty"` // hosts by state
}

// Parse reads the lines of a journal. An incomplete last line was being written when the
// machine stopped, and is left out; so is an entry of a type that this version does not
// know. Any other broken line is an error that names it.
func Parse(name string, data []byte) ([]Entry, error) {
	var list []Entry
	for number := 1; ; number++ {
		line, rest, whole := bytes.Cut(data, []byte("\n"))
		if !whole {
			return list, nil
		}
		data = rest
		var e Entry
		if err := json.Unmarshal(line, &e); err != nil {
			return list, fmt.Errorf("%s:%d: broken line in the journal: %w", name, number, err)
		}
		if e.Type == "" || e.Time.IsZero() {
			return list, fmt.Errorf("%s:%d: broken line in the journal: no type or no time", name, number)
		}
		if number == 1 && (e.Type != RunBegun || e.Run == "") {
			return list, fmt.Errorf("%s:1: this is not a journal: it does not start with the beginning of a run", name)
		}
		if known(e.Type) {
			list = append(list, e)
		}
	}
}

func known(t EntryType) bool {
	switch t {
	case RunBegun, HostPlanned, BatchesCut, BatchBegun, BatchEnded, HostDrained, HostUndrained, TransactionBegun,
		TransactionEnded, HostEnded, RunEnded:
		return true
	}
	return false
}
