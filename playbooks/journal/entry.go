package journal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// EntryType says what happened.
type EntryType string

// The types of entries that a journal has, in the order in which a run writes them.
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

// The types of those that are told while a run goes on, and that its journal leaves out: the steps
// of a transaction are in the entry of its end.
const (
	ReadBegun EntryType = "read_begun" // the hosts are read and planned
	HostRead  EntryType = "host_read"
	StepBegun EntryType = "step_begun"
	StepEnded EntryType = "step_ended"
	Said      EntryType = "said" // what a person may want to know
)

// Verb is what a run was started to do.
type Verb string

// The verbs that write a journal.
const (
	VerbApply    Verb = "apply"
	VerbResume   Verb = "resume"
	VerbRollback Verb = "rollback"
)

// Entry is something that happened in a run: a line of its journal, or what is told while it goes
// on. Which fields are set depends on its type.
type Entry struct {
	Time time.Time `json:"time"`
	Type EntryType `json:"type"`
	Host string    `json:"host,omitempty"` // without: the whole run

	// Run begun.

	Run             string   `json:"run,omitempty"` // ID of the run
	Verb            Verb     `json:"verb,omitempty"`
	Of              string   `json:"of,omitempty"`        // the run that is resumed or rolled back
	Inventory       string   `json:"inventory,omitempty"` // absolute path
	InventoryDigest string   `json:"inventory_digest,omitempty"`
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

	Digest string `json:"digest,omitempty"` // of what the plan shows without its diffs

	// Transaction begun and ended.

	Transaction string   `json:"transaction,omitempty"` // ID of the transaction on its host
	Undoes      string   `json:"undoes,omitempty"`      // the transaction that a rollback undoes
	Stages      []string `json:"stages,omitempty"`      // names of the plays
	Rank        int      `json:"rank,omitempty"`        // position of the first of them, from 0; of the play, for batches
	Commands    []string `json:"commands,omitempty"`    // the commands that it runs and that cannot be undone

	Steps []Step `json:"steps,omitempty"` // as the host reported them

	// Step begun and ended.

	Step   string `json:"step,omitempty"`   // in words: restarting odoo.service
	Number int    `json:"number,omitempty"` // which of the host's steps it is, from 1; 0 = none of them
	Total  int    `json:"total,omitempty"`  // how many these are

	// Said.

	Text string `json:"text,omitempty"` // for a person

	// Batches cut, begun and ended.

	Play    string     `json:"play,omitempty"`
	Batch   int        `json:"batch,omitempty"` // from 1
	Batches [][]string `json:"batches,omitempty"`

	// What was planned, and what became of it.

	Changes int           `json:"changes,omitempty"`
	Took    int64         `json:"took_ms,omitempty"` // without the waits for others, for hosts
	State   State         `json:"state,omitempty"`
	Error   string        `json:"error,omitempty"`
	Exit    *int          `json:"exit,omitempty"`
	Totals  map[State]int `json:"totals,omitempty"` // hosts by state

	// Run ended: what a history is asked for, so that it need not read the lines between.
	Updated *int     `json:"updated,omitempty"` // how many hosts were changed
	Left    []string `json:"left,omitempty"`    // hosts on which something is left to do
}

// Parse reads the lines of a journal. An incomplete last line was being written when the
// machine stopped, and is left out; so is an entry of a type that this version does not
// know. Any other broken line is an error that names it.
func Parse(name string, data []byte) (list []Entry, err error) {
	list = make([]Entry, 0, bytes.Count(data, []byte("\n")))
	err = eachOf(name, data, func(e Entry) { list = append(list, e) })
	return list, err
}

// eachOf is Parse without a list: the entries of a large run are never in memory together.
func eachOf(name string, data []byte, take func(Entry)) error {
	for number := 1; ; number++ {
		line, rest, whole := bytes.Cut(data, []byte("\n"))
		if !whole {
			return nil
		}
		data = rest
		var e Entry
		if err := json.Unmarshal(line, &e); err != nil {
			return fmt.Errorf("%s:%d: broken line in the journal: %w", name, number, err)
		}
		if e.Type == "" || e.Time.IsZero() {
			return fmt.Errorf("%s:%d: broken line in the journal: no type or no time", name, number)
		}
		if number == 1 && (e.Type != RunBegun || e.Run == "") {
			return fmt.Errorf("%s:1: this is not a journal: it does not start with the beginning of a run", name)
		}
		if known(e.Type) {
			take(e)
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
