package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"runtime/debug"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, "fleet:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) > 0 && args[0] == "serve" {
		return serve(ctx, args[1:], out)
	}
	return fmt.Errorf("want serve or measure")
}

// serve writes what the operator needs, plays the hosts, and says so in a line once
// they answer.
func serve(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	hosts := flags.Int("hosts", 100, "how many hosts")
	rtt := flags.Duration("rtt", 20*time.Millisecond, "round trip to each of them")
	dir := flags.String("dir", "", "folder for the inventory, the key and known_hosts")
	if err := flags.Parse(args); err != nil {
		return err
	}
	f, err := newFleet(*hosts, *rtt, os.Stderr)
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
	debug.SetGCPercent(400) // it stands in for other machines: what it takes is not what is measured
	fmt.Fprintf(out, "ready: %d hosts\n", *hosts)
	return f.serve(ctx, l)
}
