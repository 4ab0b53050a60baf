package tasktest

import (
	_ "embed"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing/fstest"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"odooctl/inventory"
)

//go:embed debian.txtar
var debian []byte

// example is one test as its file has it.
type example struct {
	inventory, earlier string
	rounds             int
	now                time.Time
	limit              string
	edited             bool
	edits              []string
	sections           map[string]map[string][]byte // of a host: section, or path with its slash
	wanted             map[string]string
	secrets            map[string]bool   // values that were given out
	files              map[string][]byte // the operator's
}

// installed is the day on which hosts are brought to the inventory.
var installed = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

var directive = regexp.MustCompile(`(?m)^# (rounds|now|limit): (.+)$`)

// wantedSections are those that -rewrite writes, in order.
var wantedSections = []string{"plan", "plan 2", "warnings", "error"}

func parse(a *txtar.Archive) (*example, error) {
	e := &example{rounds: 1, now: installed, sections: map[string]map[string][]byte{}, wanted: map[string]string{},
		secrets: map[string]bool{}, files: map[string][]byte{}}
	for _, m := range directive.FindAllStringSubmatch(string(a.Comment), -1) {
		var err error
		switch m[1] {
		case "rounds":
			e.rounds, err = strconv.Atoi(m[2])
		case "now":
			e.now, err = time.Parse(time.DateOnly, m[2])
		case "limit":
			e.limit = m[2]
		}
		if err != nil {
			return nil, err
		}
	}
	for _, f := range a.Files {
		host, section, of := strings.Cut(f.Name, ":")
		switch {
		case f.Name == "inventory.yaml":
			e.inventory = string(f.Data)
		case f.Name == "earlier.yaml":
			e.earlier = string(f.Data)
		case f.Name == "edit":
			e.edited = true
			for line := range strings.Lines(string(f.Data)) {
				e.edits = append(e.edits, strings.TrimSuffix(line, "\n"))
			}
		case host == "operator" && of:
			e.files[section] = f.Data
		case of:
			if e.sections[host] == nil {
				e.sections[host] = map[string][]byte{}
			}
			e.sections[host][strings.TrimSpace(section)] = f.Data
		case f.Name == "playbook.yaml" ||
			strings.HasPrefix(f.Name, "playbook/"): // for the function that makes the stages
		case isWanted(f.Name):
			e.wanted[f.Name] = string(f.Data)
		default:
			return nil, fmt.Errorf("a test has no section %s", f.Name)
		}
	}
	return e, nil
}

func isWanted(name string) bool { return slices.Contains(wantedSections, name) }

// secretOf is the value of a secret in the environment.
func secretOf(name string) string { return "s3cret-" + name }

// load parses an inventory and records which secrets it was given.
func (e *example) load(text string) (*inventory.Inventory, error) {
	return inventory.Parse("inventory.yaml", []byte(text), inventory.Options{
		Env: func(name string) string {
			value := secretOf(name)
			e.secrets[value] = true
			return value
		},
		Folder: func(name string) fs.FS {
			folder := fstest.MapFS{}
			for p, text := range e.files {
				if below, ok := strings.CutPrefix(p, name+"/"); ok {
					folder[below] = &fstest.MapFile{Data: text, Mode: 0o644}
				}
			}
			return folder
		},
		ReadFile: func(name string) ([]byte, error) {
			if text, ok := e.files[name]; ok {
				return text, nil
			}
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		},
	})
}

// edit makes the changes by hand: HOST:PATH: OLD => NEW.
func (e *example) edit(all *Hosts) error {
	for _, line := range e.edits {
		at, change, ok := strings.Cut(line, ": ")
		name, p, found := strings.Cut(at, ":")
		old, text, arrow := strings.Cut(change, " => ")
		arrow = arrow || old == "remove"
		h := all.named(name)
		if !ok || !found || !arrow || h == nil {
			return fmt.Errorf("edit: %q is not HOST:PATH: OLD => NEW", line)
		}
		f, is := h.files[p]
		switch {
		case is && old == "remove":
			delete(h.files, p)
			continue
		case is && old == "mode":
			f.Mode, _ = strconv.ParseInt(text, 8, 64)
		case strings.Contains(f.Text, old):
			f.Text = strings.Replace(f.Text, old, text, 1)
		default:
			return fmt.Errorf("edit: %s on %s does not have %q", p, name, old)
		}
		h.files[p] = f
	}
	return nil
}
