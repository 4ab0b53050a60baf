package tasktest

import (
	"fmt"

	"odooctl/inventory"
	"odooctl/tasks"
)

// Reading is one round of reading one host: what it is asked, and what it says.
// Nonce stands in both for the one that a run draws.
type Reading struct{ Script, Answer string }

// Nonce separates the answers of a Reading.
const Nonce = "NONCE-OF-A-RECORDED-READING-----"

// Converged returns what fresh fake hosts that were brought to what the stages want
// say when they are read again, round by round, by host. It is an error where there
// is still something to do then. It is for hosts that are played in a program; the
// tests of plans have Run.
func Converged(inv *inventory.Inventory, stages []tasks.Stage) (map[string][]Reading, error) {
	all, err := (&example{}).hosts(inv)
	if err != nil {
		return nil, err
	}
	for range 3 {
		fleet, _, err := all.read(inv, stages)
		if err != nil {
			return nil, err
		}
		open, err := all.make(fleet, stages)
		if err != nil {
			return nil, err
		}
		if !open {
			break
		}
	}
	fleet, said, err := all.read(inv, stages)
	if err != nil {
		return nil, err
	}
	for _, h := range inv.Hosts {
		if p := fleet.Host(h.Name).Plan(0, len(stages)-1); !p.Empty() {
			return nil, fmt.Errorf("%s: there is still something to do after applying: %v", h.Name, p.Changes)
		}
	}
	return said, nil
}

// read plans until no task asks any more, and returns what was asked and said.
func (all *Hosts) read(inv *inventory.Inventory, stages []tasks.Stage) (*tasks.Fleet, map[string][]Reading, error) {
	said := map[string][]Reading{}
	fleet := tasks.NewFleet(inv, installed)
	for asking := fleet.Plan(stages); len(asking) > 0; asking = fleet.Plan(stages) {
		for _, picture := range asking {
			script, answer := picture.ReadScript(Nonce), all.Answer(picture, Nonce)
			said[picture.Name] = append(said[picture.Name], Reading{script, string(answer)})
			if err := picture.Learn(Nonce, answer); err != nil {
				return nil, nil, err
			}
		}
	}
	for _, h := range inv.Hosts {
		if err := fleet.Host(h.Name).Err(); err != nil {
			return nil, nil, err
		}
	}
	return fleet, said, nil
}

// make applies what the stages change, and reports whether something is known only
// now.
func (all *Hosts) make(fleet *tasks.Fleet, stages []tasks.Stage) (open bool, err error) {
	for i, stage := range stages {
		for _, h := range stage.Hosts {
			p := fleet.Host(h.Name).Plan(i, i)
			open = open || len(p.Unknown) > 0
			if p.Empty() {
				continue
			}
			if err := all.apply(p); err != nil {
				return false, err
			}
		}
	}
	return open, nil
}
