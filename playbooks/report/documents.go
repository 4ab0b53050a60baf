package report

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"odooctl/inventory/nearest"
	"odooctl/playbooks/journal"
	"odooctl/playbooks/run"
)

// This file has the form of results for programs. The schemas beside it are generated from
// it; within a version no key is renamed or changes its meaning.

// documentVersion is the version of all documents.
const documentVersion = 1

//go:embed schema/*.schema.json
var schemas embed.FS

// documents are the names that Schema takes.
var documents = []string{"plan", "report", "status", "forward", "rules", "explain", "tunnels", "history", "run",
	"keys", "size", "tune", "dbfilter", "events", "validate", "graph", "lines",
	"inventory", "playbook"}

// Documents are the names that Schema takes.
func Documents() []string { return slices.Clone(documents) }

// Schema returns the JSON Schema (draft 2020-12) of one of the documents.
func Schema(document string) ([]byte, error) {
	data, err := schemas.ReadFile("schema/" + document + ".schema.json")
	if err != nil {
		return nil, fmt.Errorf("there is no schema %s%s; there are %s", document, nearest.Hint(document, documents),
			strings.Join(documents, ", "))
	}
	return data, nil
}

// PlanDocument is what would change, host by host.
type PlanDocument struct {
	Version   int          `json:"version" jsonschema:"enum=1"`
	Run       string       `json:"run"`       // ID of the run that planned
	Inventory string       `json:"inventory"` // as it was given
	Playbook  string       `json:"playbook"`
	Limit     string       `json:"limit"` // pattern of hosts; empty: all
	Tags      string       `json:"tags"`  // of the tasks; empty: all
	Hosts     []PlanOfHost `json:"hosts"` // in the inventory's order
	Totals    PlanTotals   `json:"totals"`
	NoOp      bool         `json:"no_op"` // every host could be planned, and none has anything to do
	// Interruptions are what users of deployments behind nginx will notice.
	Interruptions []InterruptionOf `json:"interruptions"`
	Rolling       []BudgetOf       `json:"rolling"` // plays that go over their hosts in batches
}

// BudgetOf is a play that goes over its hosts in batches, and how many may fail.
type BudgetOf struct {
	Play        string     `json:"play"`
	Batches     [][]string `json:"batches"`           // its hosts
	MaxFailures string     `json:"max_failures"`      // as the playbook or --max-failures has it: 2, 10%
	Stops       int        `json:"stops_at"`          // it stops once this many hosts have failed
	Failed      []string   `json:"failed"`            // those that did, and count
	Stopped     string     `json:"stopped,omitempty"` // why it stopped
}

// InterruptionOf is what users of one deployment will notice.
type InterruptionOf struct {
	Deployment string     `json:"deployment"`
	Notice     run.Notice `json:"notice" jsonschema:"enum=nothing,enum=page,enum=outage"`
	Hosts      []string   `json:"hosts"`              // whose Odoo, PostgreSQL or nginx restarts
	Seconds    float64    `json:"seconds,omitempty"`  // how long an earlier run showed the page
	Run        string     `json:"run,omitempty"`      // that run
	Spare      bool       `json:"spare,omitempty"`    // a spare Odoo serves meanwhile
	NoSpare    string     `json:"no_spare,omitempty"` // why none does, though the inventory wants one
}

// PlanOfHost is what would change on one host.
type PlanOfHost struct {
	Host       string         `json:"host"`
	State      journal.State  `json:"state"`           // ok where it could be read and planned
	Error      *DocumentError `json:"error,omitempty"` // why it could not
	Changes    []ChangeOf     `json:"changes"`
	Commands   []CommandOf    `json:"commands"`
	Checks     []CheckOf      `json:"checks"`
	Actions    []ActionOf     `json:"actions"`
	Warnings   []string       `json:"warnings"`
	Unknown    []string       `json:"unknown"`          // known only after apply
	Waits      []WaitOf       `json:"waits"`            // hosts that have to be done first
	Reversible bool           `json:"reversible"`       // all of it can be undone
	Digest     string         `json:"digest,omitempty"` // as in the plan file that was written with it
}

// ChangeOf is one thing that is made, changed or removed.
type ChangeOf struct {
	Kind    string        `json:"kind"` // file, directory, link, unit, role, database, user, group, ...
	Name    string        `json:"name"` // path, unit, or cluster and name, such as 15/main odoo
	Action  string        `json:"action" jsonschema:"enum=create,enum=update,enum=delete"`
	Summary string        `json:"summary"`          // in a few words, such as 0644 -> 0640
	Diff    string        `json:"diff"`             // unified, secrets masked; empty where no content changes
	Before  *AttributesOf `json:"before,omitempty"` // of a path that exists
	After   *AttributesOf `json:"after,omitempty"`  // of a path that will exist
}

// AttributesOf has what a path is, apart from its content.
type AttributesOf struct {
	Type  string `json:"type" jsonschema:"enum=file,enum=directory,enum=link,enum=special file"`
	Mode  string `json:"mode" jsonschema:"pattern=^[0-7]{4}$"`
	Owner string `json:"owner"`
	Group string `json:"group"`
}

// CommandOf is a command that runs and cannot be undone.
type CommandOf struct {
	Title string `json:"title"`
}

// CheckOf is a validation that runs before a unit is touched.
type CheckOf struct {
	Unit  string `json:"unit"`
	Title string `json:"title"`
}

// ActionOf is what is done to one unit, and why.
type ActionOf struct {
	Unit string   `json:"unit"`
	Verb string   `json:"verb" jsonschema:"enum=reload,enum=restart,enum=start"`
	Why  []string `json:"why"`
}

// WaitOf is a host to wait for, and what it does.
type WaitOf struct {
	Host string `json:"host"`
	Why  string `json:"why"`
}

// PlanTotals counts over all hosts.
type PlanTotals struct {
	Hosts    int `json:"hosts"`
	Changing int `json:"changing"` // hosts with anything to do
	Failed   int `json:"failed"`   // hosts that could not be planned
	Create   int `json:"create"`
	Update   int `json:"update"`
	Delete   int `json:"delete"`
	Commands int `json:"commands"`
	Actions  int `json:"actions"`
}

// DocumentError is why not all was done on a host.
type DocumentError struct {
	// Kind is a class of connection failures (unreachable, host key unknown, host key
	// changed, auth, sudo, shell, timeout, lost, canceled), task if the host could not be
	// planned, or else the state of the host.
	Kind    string `json:"kind"`
	Message string `json:"message"`
}

// ReportDocument is what became of every host.
type ReportDocument struct {
	Version int            `json:"version" jsonschema:"enum=1"`
	Run     string         `json:"run"`
	Hosts   []ReportOfHost `json:"hosts"` // in the inventory's order
	Totals  ReportTotals   `json:"totals"`
	Rolling []BudgetOf     `json:"rolling"` // plays that went over their hosts in batches
	Exit    int            `json:"exit"`    // the exit code of the program
}

// ReportOfHost is what became of one host.
type ReportOfHost struct {
	Host    string         `json:"host"`
	State   journal.State  `json:"state"`
	Changes int            `json:"changes"` // things made, changed or run
	Seconds float64        `json:"seconds"` // reading and applying, without waiting for others
	Kept    []string       `json:"kept"`    // backups that the host has made, and where
	Error   *DocumentError `json:"error,omitempty"`
}

// ReportTotals counts over all hosts.
type ReportTotals struct {
	Hosts   int `json:"hosts"`
	Changes int `json:"changes"`
	Failed  int `json:"failed"` // hosts on which not all was done
}
