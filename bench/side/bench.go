package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"odooctl/bench/side/hosts"
	"odooctl/bench/side/meter"
	"odooctl/bench/side/result"
	"odooctl/bench/side/way"
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

// prepare boots the hosts if they are not up, applies the site, and records the
// expected result of every way.
func (b *bench) prepare(ctx context.Context) error {
	if err := b.boot(ctx); err != nil {
		return err
	}
	var err error
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

// boot boots the hosts, or uses those that an earlier call kept. If that call was
// interrupted their state is unknown, and they are recreated.
func (b *bench) boot(ctx context.Context) error {
	up, err := b.fleet.Running()
	if err != nil {
		return err
	}
	if !up {
		return b.fleet.Up(ctx)
	}
	if _, err := os.Stat(b.whole()); errors.Is(err, os.ErrNotExist) {
		return b.fleet.Reset(ctx)
	}
	return nil
}

// whole is a file that exists while every host has the whole site.
func (b *bench) whole() string { return filepath.Join(b.fleet.Folder(), "whole") }

func (b *bench) program() string { return filepath.Join(b.fleet.Folder(), "odooctl", "odooctl") }

// files writes what the ways need. A certificate from an earlier call for these hosts
// is kept.
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
	out, err := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", b.program(),
		"odooctl/cmd/odooctl").CombinedOutput()
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

// bringBack applies the site's first variant by odooctl, unmeasured and without
// distance.
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
	if err != nil {
		return err
	}
	b.variant = 0
	return os.WriteFile(b.whole(), nil, 0o600)
}
