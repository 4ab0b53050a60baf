// Package hosts is the fleet of the benchmark: lab hosts with Odoo, PostgreSQL and
// nginx each, direct or behind proxies that put them at a distance:
//
//	fleet, err := hosts.Define(lab.Config{...}, 3)
//	d, err := fleet.At(20 * time.Millisecond)
package hosts

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"odooctl/lab"
)

// image is the lab's image with all three services in it.
const image = "odoo14"

// first is the last byte of the first host's address, and nobody that of an address
// that drops all packets.
const (
	first  = 11
	nobody = 250
)

// Fleet is the hosts, and the benchmark's folder beside them.
type Fleet struct {
	*lab.Lab
}

// Define describes the hosts erp1, erp2, ... of a lab; c's own hosts are ignored.
func Define(c lab.Config, count int) (*Fleet, error) {
	if count < 1 || first+count > nobody {
		return nil, fmt.Errorf("%d hosts: want 1 to %d", count, nobody-first)
	}
	c.Hosts = nil
	for i := range count {
		c.Hosts = append(c.Hosts, lab.Host{
			Name: fmt.Sprintf("erp%d", i+1), Image: image, Number: byte(first + i),
			Services: []string{"odoo", "postgresql", "nginx"},
		})
	}
	l, err := lab.New(c)
	if err != nil {
		return nil, err
	}
	return &Fleet{l}, nil
}

// Running reports whether all hosts are up, as an earlier run may have left them.
func (f *Fleet) Running() (bool, error) {
	for _, m := range f.Machines() {
		_, err := m.PID()
		if errors.Is(err, lab.ErrDown) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
	return true, nil
}

// Swallow makes an address of the lab's network a black hole: packets to it go out on
// the bridge, and there is no answer. It lasts until hosts are reset.
func (f *Fleet) Swallow(ctx context.Context) error {
	out, err := exec.CommandContext(ctx, "ip", "neigh", "replace", f.Nobody().String(), "lladdr", "02:00:00:00:00:fa",
		"nud", "permanent", "dev", f.Bridge()).CombinedOutput()
	if err != nil {
		return fmt.Errorf("black hole at %s: %w: %s", f.Nobody(), err, strings.TrimSpace(string(out)))
	}
	return nil
}

// Nobody returns the address that Swallow made a black hole.
func (f *Fleet) Nobody() netip.Addr {
	a := f.Subnet().Addr().As4()
	a[3] = nobody
	return netip.AddrFrom4(a)
}

// Folder is the benchmark's folder. It is removed with the lab.
func (f *Fleet) Folder() string { return filepath.Join(f.Dir(), "bench") }

// Names are the hosts' names, in order.
func (f *Fleet) Names() (names []string) {
	for _, m := range f.Machines() {
		names = append(names, m.Name())
	}
	return names
}

// Reset gives every host its initial disk, and boots it.
func (f *Fleet) Reset(ctx context.Context) error {
	_, err := f.each(func(m *lab.Machine) (string, error) {
		if err := errors.Join(m.Kill(ctx), f.unplugged(ctx, m.Name())); err != nil {
			return "", err
		}
		return "", m.Reset(ctx)
	})
	return err
}

// unplugged waits until the kernel has removed the virtual cable of a killed host,
// which takes some time after its last process: systemd-nspawn refuses to start while
// that name exists.
func (f *Fleet) unplugged(ctx context.Context, host string) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	cable := "/sys/class/net/vb-" + f.Name() + "-" + host
	for {
		if _, err := os.Stat(cable); errors.Is(err, os.ErrNotExist) {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s is still there, 30 s after the host was killed", cable)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// each runs do for all hosts at once, and returns the results by name.
func (f *Fleet) each(do func(*lab.Machine) (string, error)) (map[string]string, error) {
	machines := f.Machines()
	texts, failed := make([]string, len(machines)), make([]error, len(machines))
	var all sync.WaitGroup
	for i, m := range machines {
		all.Go(func() {
			if texts[i], failed[i] = do(m); failed[i] != nil {
				failed[i] = fmt.Errorf("host %s: %w", m.Name(), failed[i])
			}
		})
	}
	all.Wait()
	byName := map[string]string{}
	for i, m := range machines {
		byName[m.Name()] = texts[i]
	}
	return byName, errors.Join(failed...)
}
