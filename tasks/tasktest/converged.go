package tasktest

import (
	"errors"
	"fmt"
	"testing"

	"odooctl/inventory"
	"odooctl/tasks"
)

// Reading is one round of reading one host: the script and its answer, in which Nonce
// replaces the nonce of a run.
type Reading struct{ Script, Answer string }

// Nonce separates the answers of a Reading.
const Nonce = "NONCE-OF-A-RECORDED-READING-----"

// read has the stages planned until no task asks any more. Heard gets each question with
// its answer, which is "" where the host cannot be reached.
func (all *Hosts) read(fleet *tasks.Fleet, stages []tasks.Stage, heard func(round int, p *tasks.Picture,
	said Reading)) {
	for round := 0; ; round++ {
		asking := fleet.Plan(stages)
		if len(asking) == 0 {
			return
		}
		for _, p := range asking {
			answer, why := []byte(nil), all.named(p.Name).unreachable
			if why == "" {
				answer = all.Answer(p, Nonce)
			}
			heard(round, p, Reading{p.ReadScript(Nonce), string(answer)})
			if why != "" {
				p.Fail(errors.New(why))
			} else if err := p.Learn(Nonce, answer); err != nil {
				p.Fail(err)
			}
		}
	}
}

// Read returns the pictures of fresh fake hosts, read until no task of the stages
// asks any more. Fleet.Plan may be called on them again and again.
func Read(tb testing.TB, inv *inventory.Inventory, stages []tasks.Stage) *tasks.Fleet {
	tb.Helper()
	all, err := (&example{}).hosts(inv)
	if err != nil {
		tb.Fatal(err)
	}
	fleet := tasks.NewFleet(inv, installed)
	all.read(fleet, stages, func(int, *tasks.Picture, Reading) {})
	return fleet
}

// Converged returns what fresh fake hosts that were brought to what the stages want
// say when they are read again, round by round, by host. It is an error where there
// is still something to do then. It is for hosts that are played in a program; the
// tests of plans have Run.
func Converged(inv *inventory.Inventory, stages []tasks.Stage) (map[string][]Reading, error) {
	all, err := (&example{}).hosts(inv)
	if err != nil {
		return nil, err
	}
	for range 4 { // something may be known only after it was applied
		said, done := map[string][]Reading{}, true
		fleet := tasks.NewFleet(inv, installed)
		all.read(fleet, stages, func(_ int, p *tasks.Picture, r Reading) { said[p.Name] = append(said[p.Name], r) })
		for i, stage := range stages {
			for _, h := range stage.Hosts {
				if err := fleet.Host(h.Name).Err(); err != nil {
					return nil, err
				}
				if p := fleet.Host(h.Name).Plan(i, i); !p.Empty() {
					done = false
					if err := all.apply(p); err != nil {
						return nil, err
					}
				}
			}
		}
		if done {
			return said, nil
		}
	}
	return nil, fmt.Errorf("there is still something to do after applying")
}
