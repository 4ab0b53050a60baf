// Command odooctl brings fleets of Odoo, PostgreSQL and nginx hosts to the state
// that one YAML inventory describes, over SSH.
//
// One file per verb: flags in, report out. The rules of what is printed stand in
// ui.go, the exit codes in exit.go.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() { os.Exit(run()) }

// run is the whole program but for the end of the process, so that tests can
// call it.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	u := newUI(os.Stdin, os.Stdout, os.Stderr, os.Getenv)
	err := newRoot(u).ExecuteContext(ctx)
	code := exitCode(ctx, err)
	if message := errorMessage(err); message != "" {
		fmt.Fprintf(os.Stderr, "odooctl: %s\n", message)
	}
	return code
}
