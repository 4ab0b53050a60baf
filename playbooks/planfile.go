package playbooks

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"odooctl/inventory"
	"odooctl/playbooks/journal"
)

// planFormat is the version of the plan file that this program writes and reads.
const planFormat = 1

// PlanFile is a plan to be applied later: digests of what was planned, and what
// each host's plan does in a line per change. It has no content of any file and
// no secret, and none can be guessed from it; see seal.
type PlanFile struct {
	Format    int         `json:"odooctl_plan"` // first, for it says what the file is
	Program   string      `json:"program"`      // version of odooctl
	Made      time.Time   `json:"made"`         // UTC
	Run       string      `json:"run"`
	By        string      `json:"by"` // user@machine
	Inventory PlannedFile `json:"inventory"`
	Playbook  PlannedFile `json:"playbook"`
	Limit     string      `json:"limit"`          // pattern of hosts; "" = all
	Tags      string      `json:"tags,omitempty"` // of the tasks; "" = all

	AllowRestart bool           `json:"allow_restart,omitempty"` // of what others use too
	Updates      string         `json:"updates,omitempty"`       // modules that the operator named
	Salt         []byte         `json:"salt"`
	Hosts        []*PlannedHost `json:"hosts"`
}

// PlannedFile is an input of the plan: as it was given, where it stands, and what
// it was then.
type PlannedFile struct {
	Given  string `json:"given"`
	Path   string `json:"path"` // absolute; "" for an embedded playbook
	Digest string `json:"digest"`
}

// PlannedHost is the plan of one host.
type PlannedHost struct {
	Host    string          `json:"host"`
	State   journal.State   `json:"state"`  // Unchanged where it could be planned
	Digest  string          `json:"digest"` // "" = nothing to do
	Changes []PlannedChange `json:"changes"`
}

// PlannedChange names one thing that the plan does.
type PlannedChange struct {
	Sign string `json:"sign"` // + ~ - of changes, ? of commands, ! of actions
	Kind string `json:"kind"` // file, role, unit, ..., command, action
	Name string `json:"name"`
	Tag  string `json:"tag"` // tells whether it is the same change; see seal
}

// ErrNoPlan says that a file is no plan file.
var ErrNoPlan = errors.New("no plan file")

// begins is how a plan file begins. An inventory may be JSON too, and a plan file
// may be broken.
var begins = regexp.MustCompile(`^\s*\{\s*"odooctl_plan"`)

// ReadPlanFile reads what Write wrote. The error wraps ErrNoPlan where the file is
// something else, such as an inventory, whatever its name is.
func ReadPlanFile(name string) (*PlanFile, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("read plan: %w", err)
	}
	if !info.Mode().IsRegular() { // a pipe could not be read again
		return nil, fmt.Errorf("%s: %w", name, ErrNoPlan)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read plan: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		return nil, fmt.Errorf("read plan: %w", err)
	}
	p, err := parsePlan(name, data)
	if err == nil && info.Mode().Perm()&0o002 != 0 {
		return nil, fmt.Errorf("%s: everybody can write this plan (mode %04o), so it may not be the one that was looked at; plan again, or take the right away with chmod o-w", name, info.Mode().Perm())
	}
	return p, err
}

func parsePlan(name string, data []byte) (*PlanFile, error) {
	if !begins.Match(data) {
		return nil, fmt.Errorf("%s: %w", name, ErrNoPlan)
	}
	broken := func(err error) error {
		return fmt.Errorf("%s: the plan file is broken, perhaps cut short: %w; plan again", name, err)
	}
	var head struct {
		Format int `json:"odooctl_plan"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, broken(err)
	}
	if head.Format != planFormat {
		return nil, fmt.Errorf("%s: the plan file has format %d, this odooctl reads format %d: apply it with the odooctl that made it, or plan again", name, head.Format, planFormat)
	}
	var p PlanFile
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return nil, broken(err)
	}
	if slices.Contains(p.Hosts, nil) || len(p.Salt) == 0 || !filepath.IsAbs(p.Inventory.Path) || p.Playbook.Given == "" || p.Made.IsZero() {
		return nil, broken(errors.New("salt, inventory, playbook, time or a host is missing"))
	}
	return &p, nil
}

// Write replaces the file in one step, readable by its owner only.
func (p *PlanFile) Write(name string) error {
	data, err := json.MarshalIndent(p, "", "  ")
	if err == nil {
		err = inventory.ReplaceFile(name, append(data, '\n'), 0o600)
	}
	if err != nil {
		return fmt.Errorf("write plan: %w", err)
	}
	return nil
}

// Count returns on how many hosts the plan does how many things.
func (p *PlanFile) Count() (hosts, changes int) {
	for _, h := range p.Hosts {
		if len(h.Changes) > 0 {
			hosts++
		}
		changes += len(h.Changes)
	}
	return hosts, changes
}

func (p *PlanFile) host(name string) *PlannedHost {
	i := slices.IndexFunc(p.Hosts, func(h *PlannedHost) bool { return h.Host == name })
	if i < 0 {
		return nil
	}
	return p.Hosts[i]
}
