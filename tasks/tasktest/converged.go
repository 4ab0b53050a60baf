package tasktest

import (
	"fmt"

	"odooctl/inventory"
	"odooctl/tasks"
)

// Reading is one round of reading one host: the script and its answer, in which Nonce
// replaces the nonce of a run.
type Reading struct{ Script, Answer string }

// Nonce separates the answers of a Reading.
const Nonce = "NONCE-OF-A-RECORDED-READING-----"

// Converged brings fresh fake hosts to the stages' state, and returns their answers
// when they are read again, by host, round by round. It fails if there is still
// something to do then. It is for programs that simulate hosts; tests of plans use Run.
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

// read plans until no task asks any more, and returns the questions and answers.
func (all *hosts) read(inv *inventory.Inventory, stages []tasks.Stage) (*tasks.Fleet, map[string][]Reading, error) {
	said := map[string][]Reading{}
	fleet := tasks.NewFleet(inv, installed)
	for asking := fleet.Plan(stages); len(asking) > 0; asking = fleet.Plan(stages) {
		for _, picture := range asking {
			script, answer := picture.ReadScript(Nonce), all.named(picture.Name).answer(picture, Nonce)
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

// make applies the stages' changes, and reports whether something is known only now.
func (all *hosts) make(fleet *tasks.Fleet, stages []tasks.Stage) (open bool, err error) {
	for i, stage := range stages {
		for _, h := range stage.Hosts {
			p := fleet.Host(h.Name).Plan(i, i)
			open = open || len(p.Unknown) > 0
			if p.Empty() {
				continue
			}
			if err := all.apply(p, -1); err != nil {
				return false, err
			}
		}
	}
	return open, nil
}
