//go:build lab

package tasks

import (
	"flag"
	"os"
	"testing"
)

var (
	killStride         = 11
	killStrideOfOthers = 59
	randomStates       = 60
	attackRounds       = 24
)

// TestMain lets make soak try everything.
func TestMain(m *testing.M) {
	whole := flag.Bool("whole", false, "kill at every command, and try 500 random states")
	if flag.Parse(); *whole {
		killStride, killStrideOfOthers, randomStates, attackRounds = 1, 1, 500, 300
	}
	os.Exit(m.Run())
}
