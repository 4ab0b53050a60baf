package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"odooctl/bench/side/hosts"
	"odooctl/bench/side/meter"
	"odooctl/bench/side/result"
	"odooctl/bench/side/way"
)

// patience limits a run.
const patience = 8 * time.Minute

// quiet is the part of the machine's time below which a run starts: the background work
// of the hosts and of others must not be measured.
const quiet = 0.15

// measure fills one cell of each way, the ways in turn.
func (b *bench) measure(ctx context.Context, c cell) error {
	d, err := b.fleet.At(c.rtt)
	if err != nil {
		return err
	}
	defer d.Close()
	var ways []way.Way
	for _, w := range way.All() {
		if slices.Contains(b.ways, w.Name) {
			ways = append(ways, w)
			if !b.add {
				b.kept.Forget(result.Key{Case: c.name, RTT: c.rtt.Milliseconds(), Way: w.Name})
			}
		}
	}
	for range c.runs {
		for _, w := range ways {
			if time.Now().After(b.until) {
				fmt.Fprintf(b.say, "no time is left for %s at %v\n", c.name, c.rtt)
				return nil
			}
			if err := b.one(ctx, w, d, c); err != nil {
				return fmt.Errorf("%s: %w", w.Name, err)
			}
		}
	}
	return nil
}

// one is one run: the hosts are brought to its initial state, and its result is
// checked.
func (b *bench) one(ctx context.Context, w way.Way, d *hosts.Distance, c cell) error {
	variant := 0
	switch {
	case c.name == first:
		if err := b.fleet.Reset(ctx); err != nil {
			return err
		}
		b.variant = 0
	case c.name == changed:
		variant = 1 - b.variant
	case b.variant != 0:
		if err := b.bringBack(ctx); err != nil {
			return err
		}
	}
	if c.name == unreachable {
		if err := b.fleet.Swallow(ctx); err != nil {
			return err
		}
	}
	busy, err := hosts.Settle(ctx, quiet, b.calm)
	if err != nil {
		return err
	}
	load := loadNow()
	at := time.Now().UTC().Truncate(time.Second)
	d.Traffic()
	worked, err := hosts.Busy()
	if err != nil {
		return err
	}
	u, output, err := b.call(ctx, w, d, c.name, variant)
	if err != nil {
		return err
	}
	connections, trips := d.Traffic()
	ended, err := hosts.Busy()
	if err != nil {
		return err
	}
	if err := b.check(ctx, w, c.name, u.Exit, output); err != nil {
		return err
	}
	b.variant = variant
	if err := os.WriteFile(b.whole(), nil, 0o600); err != nil {
		return err
	}
	run := result.Run{
		At: at, Seconds: u.Wall.Seconds(), CPUSeconds: u.CPU.Seconds(),
		AllSeconds: (ended - worked).Seconds(), PeakMB: float64(u.Peak) / (1 << 20),
		RoundTrips: trips, Connections: connections, Load: load, Busy: busy,
	}
	fmt.Fprintf(b.say, "%-21s %4d ms  %-21s %7.2f s  CPU %6.2f s of %6.2f s  %5.0f MB  %3d round trips  %.0f%% busy "+
		"before\n",
		c.name, c.rtt.Milliseconds(), w.Name, run.Seconds, run.CPUSeconds, run.AllSeconds, run.PeakMB, trips, 100*busy)
	b.kept.Add(result.Key{Case: c.name, RTT: c.rtt.Milliseconds(), Way: w.Name}, run)
	return b.write()
}

// call runs a way.
func (b *bench) call(ctx context.Context, w way.Way, d *hosts.Distance, name string, variant int) (u meter.Usage,
	output string, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	config, err := d.SSHConfig(name == unreachable)
	if err != nil {
		return u, "", err
	}
	// The masters of the last call were killed, and left their sockets.
	if err := os.RemoveAll(filepath.Join(b.fleet.Folder(), "home", ".ansible", "cp")); err != nil {
		return u, "", err
	}
	path := filepath.Join(b.fleet.Folder(), "output")
	file, err := os.Create(path)
	if err != nil {
		return u, "", err
	}
	defer file.Close()
	if err := os.RemoveAll(b.whole()); err != nil {
		return u, "", err
	}
	u, err = b.meter.Run(ctx, w.Command(b.fleet.Folder(),
		way.Call{SSHConfig: config, Variant: variant, Hosts: b.fleet.Names()}), file)
	text, failed := os.ReadFile(path)
	if err == nil {
		err = failed
	}
	return u, string(text), err
}

// check verifies that a run did its case's work: otherwise its figure is worthless.
func (b *bench) check(ctx context.Context, w way.Way, name string, exit int, output string) error {
	var wrong string
	switch {
	case (exit != 0) != (name == unreachable):
		wrong = fmt.Sprintf("it ends with %d", exit)
	case name == converged && !w.Idle(output):
		wrong = "it found something to do on hosts that have the site"
	case name == unreachable && w.Busy(output):
		wrong = "it changed hosts that have the site"
	case (name == first || name == changed) && !w.Busy(output):
		wrong = "it changed nothing"
	}
	if wrong == "" && name == first {
		state, err := b.fleet.State(ctx)
		if err != nil {
			return err
		}
		if d := hosts.Differences(b.reference, state); d != nil {
			wrong = "it made other hosts than odooctl (-):\n" + strings.Join(d, "\n")
		}
	}
	if wrong == "" {
		return nil
	}
	lines := strings.Split(strings.TrimSpace(output), "\n")
	return fmt.Errorf("%s\nthe end of its output:\n%s", wrong, strings.Join(lines[max(0, len(lines)-40):], "\n"))
}
