package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"odooctl/bench/side/hosts"
	"odooctl/bench/side/meter"
	"odooctl/bench/side/result"
	"odooctl/bench/side/way"
)

// patience is how long a run may take.
const patience = 8 * time.Minute

// A run begins when the machine has less than quiet to do, or after calm: what the
// hosts do on their own, and others on the machine, is not to be measured.
const (
	quiet = 0.15
	calm  = 45 * time.Second
)

// bench is one call of the benchmark.
type bench struct {
	options
	fleet *hosts.Fleet
	meter *meter.Meter
	kept  *result.Result
	path  string
	say   io.Writer
	until time.Time

	variant   int // of the site that the hosts have
	reference map[string]string
}

// prepare boots the hosts where they are not up, brings them to the site, and writes
// down what every way has to make of a host.
func (b *bench) prepare(ctx context.Context) error {
	up, err := b.fleet.Running()
	if err != nil {
		return err
	}
	if !up {
		if err := b.fleet.Up(ctx); err != nil {
			return err
		}
	}
	if err := b.files(ctx, nil); err != nil {
		return err
	}
	if b.kept.Machine, err = describe(ctx); err != nil {
		return err
	}
	b.kept.Hosts = b.hosts
	if err := b.bringBack(ctx); err != nil {
		return err
	}
	generations, err := b.fleet.Generations(ctx)
	if err != nil {
		return err
	}
	if err := b.files(ctx, generations); err != nil {
		return err
	}
	b.reference, err = b.fleet.State(ctx)
	return err
}

func (b *bench) program() string { return filepath.Join(b.fleet.Folder(), "odooctl", "odooctl") }

// files writes what the ways need. The certificate stays the one that an earlier
// call made for these hosts.
func (b *bench) files(ctx context.Context, generations map[string]string) error {
	folder := b.fleet.Folder()
	var sites []way.Site
	for i, m := range b.fleet.Machines() {
		sites = append(sites, way.Site{
			Name: fmt.Sprintf("site%d", i+1), Host: m.Name(), Address: m.Address().String(),
			Network: b.fleet.Subnet().String(), Generation: generations[m.Name()],
		})
	}
	pair, err := kept(folder)
	if err != nil {
		return err
	}
	if err := way.Prepare(folder, sites, pair); err != nil {
		return err
	}
	out, err := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", b.program(), "odooctl/cmd/odooctl").CombinedOutput()
	if err != nil {
		return fmt.Errorf("build odooctl: %w\n%s", err, out)
	}
	return nil
}

// kept is the pair that an earlier call left in the folder, or a new one.
func kept(folder string) (p way.Pair, err error) {
	certificate, missing := os.ReadFile(filepath.Join(folder, "odooctl", "site.pem"))
	key, err := os.ReadFile(filepath.Join(folder, "odooctl", "site.key"))
	if missing != nil || err != nil {
		return way.NewPair(time.Now())
	}
	return way.Pair{Certificate: string(certificate), Key: string(key)}, nil
}

// bringBack applies the site's first variant by odooctl, unmeasured and from near.
func (b *bench) bringBack(ctx context.Context) error {
	near, err := b.fleet.At(0)
	if err != nil {
		return err
	}
	ours := way.All()[0]
	_, output, err := b.call(ctx, ours, near, converged, 0)
	if err == nil && !ours.Idle(output) && !ours.Busy(output) {
		err = fmt.Errorf("bring the hosts to the site: odooctl says\n%s", output)
	}
	if err == nil {
		b.variant = 0
	}
	return err
}

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

// one is one run: the hosts are brought to where it begins, and what it left is
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
	busy, err := hosts.Settle(ctx, quiet, calm)
	if err != nil {
		return err
	}
	load := loadNow()
	at := time.Now().UTC().Truncate(time.Second)
	d.Traffic()
	u, output, err := b.call(ctx, w, d, c.name, variant)
	if err != nil {
		return err
	}
	connections, trips := d.Traffic()
	if err := b.check(ctx, w, c.name, u.Exit, output); err != nil {
		return err
	}
	b.variant = variant
	run := result.Run{
		At: at, Seconds: u.Wall.Seconds(), CPUSeconds: u.CPU.Seconds(), PeakMB: float64(u.Peak) / (1 << 20),
		RoundTrips: trips, Connections: connections, Load: load, Busy: busy,
	}
	fmt.Fprintf(b.say, "%-21s %4d ms  %-21s %7.2f s  CPU %6.2f s  %5.0f MB  %3d round trips  %.0f%% busy before\n",
		c.name, c.rtt.Milliseconds(), w.Name, run.Seconds, run.CPUSeconds, run.PeakMB, trips, 100*busy)
	b.kept.Add(result.Key{Case: c.name, RTT: c.rtt.Milliseconds(), Way: w.Name}, run)
	return b.write()
}

// call runs a way to its end.
func (b *bench) call(ctx context.Context, w way.Way, d *hosts.Distance, name string, variant int) (u meter.Usage, output string, err error) {
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
	u, err = b.meter.Run(ctx, w.Command(b.fleet.Folder(), way.Call{SSHConfig: config, Variant: variant, Hosts: b.fleet.Names()}), file)
	text, failed := os.ReadFile(path)
	if err == nil {
		err = failed
	}
	return u, string(text), err
}

// check holds a run to its case: a figure of a run that did other work is worth nothing.
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
