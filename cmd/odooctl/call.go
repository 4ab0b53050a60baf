package main

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// call runs a program that the inventory names for what a run does, in the
// environment of this program and some variables beside it; but for those of odooctl
// itself, one of which is a password. It returns what the program prints.
func call(ctx context.Context, argv, env []string) ([]byte, error) {
	c := exec.CommandContext(ctx, argv[0], argv[1:]...)
	own := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "ODOOCTL_") })
	c.Env = append(own, env...)
	c.WaitDelay = time.Second // what it left running may hold its output
	return c.CombinedOutput()
}
