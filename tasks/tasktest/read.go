package tasktest

import (
	"testing"

	"odooctl/inventory"
	"odooctl/tasks"
)

// Read returns the pictures of fresh fake hosts, read until no task of the stages asks
// any more. Fleet.Plan may be called on them repeatedly.
func Read(tb testing.TB, inv *inventory.Inventory, stages []tasks.Stage) *tasks.Fleet {
	tb.Helper()
	all, err := (&example{}).hosts(inv)
	if err != nil {
		tb.Fatal(err)
	}
	fleet := tasks.NewFleet(inv, installed)
	for asking := fleet.Plan(stages); len(asking) > 0; asking = fleet.Plan(stages) {
		for _, picture := range asking {
			if err := picture.Learn("nonce", all.named(picture.Name).answer(picture, "nonce")); err != nil {
				tb.Fatal(err)
			}
		}
	}
	return fleet
}
