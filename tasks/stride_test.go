package tasks

import (
	"flag"
	"os"
	"testing"
)

// Tests that are slow try a part of what there is to try; make soak tries all of it. Folders of others take many more
// commands.
var (
	killStride         = 61
	killStrideOfOthers = 311
	randomStates       = 6
	attackRounds       = 12
	ofOthers           = 3 // each third state
)

// TestMain has the flag of make soak.
func TestMain(m *testing.M) {
	whole := flag.Bool("whole", false, "kill at every command, and try 500 random states")
	if flag.Parse(); *whole {
		killStride, killStrideOfOthers, randomStates, attackRounds, ofOthers = 1, 1, 500, 300, 1
	}
	os.Exit(m.Run())
}

// rounds is how often a lab test tries what may go wrong by chance: many times, or few in its short form.
func rounds(many, few int) int {
	if testing.Short() {
		return few
	}
	return many
}
