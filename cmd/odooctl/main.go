// Command odooctl brings fleets of Odoo, PostgreSQL and nginx hosts to the state
// that one YAML inventory describes, over SSH.
//
// One file per verb: flags in, report out. The rules of what is printed are in ui.go,
// the exit codes in exit.go.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() { os.Exit(execute()) }

// execute is the whole program except for the end of the process, so that tests can
// call it.
func execute() int {
	defer profile()()
	parent, end := context.WithCancel(context.Background())
	defer end()
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	u := newUI(os.Stdin, os.Stdout, os.Stderr, os.Getenv)
	release := func() { signal.Stop(signals) }
	ctx, abort := interrupts(parent, signals, u.err, release)
	u.ended, u.abort, u.release = ctx.Done(), abort, release
	err := newRoot(u).ExecuteContext(ctx)
	code := exitCode(ctx, err)
	if message := errorMessage(err); message != "" {
		fmt.Fprintln(u.err, message)
	}
	return code
}
