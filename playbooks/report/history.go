package report

import (
	"fmt"
	"time"

	"odooctl/playbooks/journal"
)

// HistoryDocument is the runs made from one machine, newest first.
type HistoryDocument []RunOf

// RunDocument is what happened in a run, in its order, as its journal has it.
type RunDocument []journal.Entry

// RunOf is one run.
type RunOf struct {
	Run       string       `json:"run"`
	Began     time.Time    `json:"began"`
	Verb      journal.Verb `json:"verb"`
	Of        string       `json:"of,omitempty"` // the run that is resumed or rolled back
	Inventory string       `json:"inventory"`
	Playbook  string       `json:"playbook,omitempty"`
	Limit     string       `json:"limit,omitempty"`
	Hosts     int          `json:"hosts"`
	Changed   int          `json:"changed"`                    // hosts
	Failed    int          `json:"failed"`                     // hosts
	Exit      *int         `json:"exit" jsonschema:"nullable"` // null: it did not end
	Result    string       `json:"result"`                     // in a word or two
}

// exitInterrupted is the exit code of a run that the operator stopped; see run.Report.
const exitInterrupted = 130

// NewHistoryDocument returns the runs that have journals.
func NewHistoryDocument(history []*journal.Record) HistoryDocument { return convert(history, runOf) }

func runOf(r *journal.Record) RunOf {
	b := r.Begin
	s := RunOf{
		Run: r.ID, Began: b.Time, Verb: b.Verb, Of: b.Of, Inventory: b.Inventory,
		Playbook: b.Playbook, Limit: b.Limit, Hosts: len(b.Hosts),
	}
	s.Changed, s.Failed = r.Counts()
	code, ended := r.Exit()
	switch {
	case r.Err != nil:
		s.Result = "journal is broken"
	case ended && code == 0:
		s.Exit, s.Result = &code, "done"
	case ended && code == exitInterrupted:
		s.Exit, s.Result = &code, "interrupted"
	case ended:
		s.Exit, s.Result = &code, fmt.Sprintf("failed, exit %d", code)
	case r.Running:
		s.Result = "is running"
	default:
		s.Result = "did not end"
	}
	return s
}
