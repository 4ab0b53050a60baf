package planfile

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

// format is the version of the plan file that this program writes and reads.
const format = 1

// File is a plan to be applied later: digests of what was planned, and what
// each host's plan does in a line per change. It has no content of any file and
// no secret, and none can be guessed from it; see seal.
type File struct {
	Format    int       `json:"odooctl_plan"` // first, for it says what the file is
	Program   string    `json:"program"`      // version of odooctl
	Made      time.Time `json:"made"`         // UTC
	Run       string    `json:"run"`
	By        string    `json:"by"` // user@machine
	Inventory Input     `json:"inventory"`
	Playbook  Input     `json:"playbook"`
	Limit     string    `json:"limit"`          // pattern of hosts; "" = all
	Tags      string    `json:"tags,omitempty"` // of the tasks; "" = all

	AllowRestart bool    `json:"allow_restart,omitempty"` // of servers that others use too
	Updates      string  `json:"updates,omitempty"`       // modules that the operator named
	Salt         []byte  `json:"salt"`
	Hosts        []*Host `json:"hosts"`
}

// Input is a file that the plan was made from: its name as given, its path, and its digest
// at that time.
type Input struct {
	Given  string `json:"given"`
	Path   string `json:"path"` // absolute; "" for an embedded playbook
	Digest string `json:"digest"`
}

// Host is the plan of one host.
type Host struct {
	Host    string        `json:"host"`
	State   journal.State `json:"state"`  // Unchanged where it could be planned
	Digest  string        `json:"digest"` // "" = nothing to do
	Changes []Change      `json:"changes"`
}

// Change names one thing that the plan does.
type Change struct {
	Sign string `json:"sign"` // + ~ - of changes, ? of commands, ! of actions
	Kind string `json:"kind"` // file, role, unit, ..., command, action
	Name string `json:"name"`
	Tag  string `json:"tag"` // to see whether it is the same change; see seal
}

// ErrNone says that a file is not a plan file.
var ErrNone = errors.New("not a plan file")

// begins is how a plan file begins. An inventory may be JSON too, and a plan file
// may be broken.
var begins = regexp.MustCompile(`^\s*\{\s*"odooctl_plan"`)

// Read reads what Write wrote. The error wraps ErrNone if the file is something else, such
// as an inventory, whatever its name is.
func Read(name string) (*File, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("read plan: %w", err)
	}
	if !info.Mode().IsRegular() { // a pipe could not be read again
		return nil, fmt.Errorf("%s: %w", name, ErrNone)
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
	p, err := parse(name, data)
	if err == nil && info.Mode().Perm()&0o002 != 0 {
		return nil, fmt.Errorf("%s: everybody can write this plan (mode %04o), so it may not be the one that was approved; "+
			"plan again, or remove the right with chmod o-w", name, info.Mode().Perm())
	}
	return p, err
}

func parse(name string, data []byte) (*File, error) {
	if !begins.Match(data) {
		return nil, fmt.Errorf("%s: %w", name, ErrNone)
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
	if head.Format != format {
		return nil, fmt.Errorf("%s: the plan file has format %d, this odooctl reads format %d: apply it with the odooctl "+
			"that made it, or plan again", name, head.Format, format)
	}
	var p File
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return nil, broken(err)
	}
	if slices.Contains(p.Hosts, nil) || len(p.Salt) == 0 || !filepath.IsAbs(p.Inventory.Path) ||
		p.Playbook.Given == "" || p.Made.IsZero() {
		return nil, broken(errors.New("salt, inventory, playbook, time or a host is missing"))
	}
	return &p, nil
}

// Write replaces the file in one step, readable by its owner only.
func (p *File) Write(name string) error {
	data, err := json.MarshalIndent(p, "", "  ")
	if err == nil {
		err = inventory.ReplaceFile(name, append(data, '\n'), 0o600)
	}
	if err != nil {
		return fmt.Errorf("write plan: %w", err)
	}
	return nil
}

// Count returns the number of hosts that the plan changes, and of its changes.
func (p *File) Count() (hosts, changes int) {
	for _, h := range p.Hosts {
		if len(h.Changes) > 0 {
			hosts++
		}
		changes += len(h.Changes)
	}
	return hosts, changes
}

// Host returns the plan of a host; nil where the file has none.
func (p *File) Host(name string) *Host {
	i := slices.IndexFunc(p.Hosts, func(h *Host) bool { return h.Host == name })
	if i < 0 {
		return nil
	}
	return p.Hosts[i]
}
