// Command odooload is users of an Odoo behind nginx, until it is interrupted, and prints what they noticed:
//
//	odooload -name odoo.example.com -address 198.18.1.21 -login admin -password-file admin -users 4 -polls 50
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"odooctl/bench/load"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := load.Command(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "odooload:", err)
		os.Exit(1)
	}
}
