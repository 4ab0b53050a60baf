package main

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// call runs a hook or another program that the inventory names. It gets this program's
// environment and the variables in env, but none of odooctl's own, one of which is a
// password. It returns what the program prints.
func call(ctx context.Context, argv, env []string) ([]byte, error) {
	c := exec.CommandContext(ctx, argv[0], argv[1:]...)
	own := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "ODOOCTL_") })
	c.Env = append(own, env...)
	c.WaitDelay = time.Second // a process that it left running may hold its output open
	return c.CombinedOutput()
}
