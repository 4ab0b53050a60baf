// Command side measures the same work on the same hosts by odooctl, by Ansible, by
// Ansible with Mitogen, and by one hand-written script through ssh, in turn. It boots
// lab hosts, which needs root.
//
//	go run ./bench/side                                        # everything: two hours
//	go run ./bench/side -keep -cells 'converged@0ms,changed@100ms*3'
//	go run ./bench/side -down
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"odooctl/bench/side/hosts"
	"odooctl/bench/side/meter"
	"odooctl/bench/side/result"
	"odooctl/lab"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "side:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stderr io.Writer) (err error) {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	subnet, err := netip.ParsePrefix(o.subnet)
	if err != nil {
		return err
	}
	fleet, err := hosts.Define(lab.Config{Name: o.lab, Subnet: subnet, Cache: os.Getenv("ODOOCTL_LAB_CACHE"),
		Progress: stderr, Now: time.Now}, o.hosts)
	if err != nil {
		return err
	}
	if o.down {
		return fleet.Down(ctx)
	}
	if !o.keep {
		defer func() { err = errors.Join(err, fleet.Down(context.WithoutCancel(ctx))) }()
	}
	m, err := meter.New(o.lab)
	if err != nil {
		return err
	}
	path := filepath.Join(o.out, "side.json")
	kept, err := result.Read(path)
	if err != nil {
		return err
	}
	b := &bench{options: o, fleet: fleet, meter: m, kept: kept, path: path, say: stderr,
		until: time.Now().Add(o.within)}
	if err := b.prepare(ctx); err != nil {
		return err
	}
	for _, c := range o.cells {
		if err := b.measure(ctx, c); err != nil {
			return fmt.Errorf("%s, %v: %w", c.name, c.rtt, err)
		}
	}
	return nil
}
