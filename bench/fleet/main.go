package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := execute(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, "fleet:", err)
		os.Exit(1)
	}
}

func execute(ctx context.Context, args []string, out, errs io.Writer) error {
	switch {
	case len(args) > 0 && args[0] == "serve":
		return serve(ctx, args[1:], out, errs)
	case len(args) > 0 && args[0] == "measure":
		return measure(ctx, args[1:], out, errs)
	}
	return errors.New("want serve or measure")
}

// serve writes the operator's files, simulates the hosts, and prints a line once they
// answer.
func serve(ctx context.Context, args []string, out, errs io.Writer) error {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	hosts := flags.Int("hosts", 100, "how many hosts")
	rtt := flags.Duration("rtt", 20*time.Millisecond, "round trip to each of them")
	dir := flags.String("dir", ".", "folder for the inventory, the key and known_hosts")
	if err := flags.Parse(args); err != nil {
		return err
	}
	f, err := newFleet(*hosts, *rtt, errs)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp4", "0.0.0.0:0")
	if err != nil {
		return err
	}
	if err := desk(*dir, l.Addr().(*net.TCPAddr).Port, *hosts); err != nil {
		return err
	}
	debug.SetGCPercent(400) // it simulates other machines: its own memory is not measured
	fmt.Fprintf(out, "ready: %d hosts\n", *hosts)
	return f.serve(ctx, l)
}

// measure runs the cases, and prints a table.
func measure(ctx context.Context, args []string, out, errs io.Writer) error {
	flags := flag.NewFlagSet("measure", flag.ContinueOnError)
	program := flags.String("odooctl", "bin/odooctl", "the program to measure")
	sizes := flags.String("sizes", "100,1000,10000", "how many hosts")
	forks := flags.String("forks", "100", "hosts at work at once; the first is drawn")
	tasks := flags.String("tasks", "10,100,1000", "how many tasks one host gets")
	behind := flags.String("behind", "100", "how many hosts are behind one bastion; 0: none")
	runs := flags.Int("runs", 3, "runs of each case; a fleet of 5,000 hosts or more is run once")
	rtt := flags.Duration("rtt", 20*time.Millisecond, "round trip to each host")
	file := flags.String("json", "bench/results/fleet.json", "where the figures go")
	plot := flags.String("svg", "docs/growth.svg", "where the growth is drawn")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if len(numbers(*forks)) == 0 {
		return errors.New("--forks wants a number")
	}
	dir, err := os.MkdirTemp("", "fleet-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{program: absolute(*program), dir: dir, runs: *runs, rtt: *rtt, log: errs}
	var rows []row
	for _, n := range numbers(*sizes) {
		if b.runs = *runs; n >= 5000 {
			b.runs = 1
		}
		more, err := b.converged(ctx, n, numbers(*forks))
		if rows = append(rows, more...); err != nil {
			return err
		}
	}
	b.runs = *runs
	for _, n := range numbers(*behind) {
		r, err := b.bastion(ctx, n, numbers(*forks)[0])
		if err != nil {
			return err
		}
		rows = append(rows, r)
	}
	for _, n := range numbers(*tasks) {
		r, err := b.growing(ctx, n)
		if err != nil {
			return err
		}
		rows = append(rows, r)
	}
	m := here()
	fmt.Fprint(out, markdown(m, rows))
	return write(m, rows, *file, *plot)
}

// numbers parses a comma-separated list; invalid numbers are skipped.
func numbers(text string) (list []int) {
	for word := range strings.SplitSeq(text, ",") {
		if n, err := strconv.Atoi(word); err == nil && n > 0 {
			list = append(list, n)
		}
	}
	return list
}
