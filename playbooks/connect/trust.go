package connect

import (
	"context"
	"errors"
	"sync"

	"odooctl/inventory"
	"odooctl/remote"
)

// HostKey is the key that a host showed, or why it showed none.
type HostKey = remote.HostKey

// What is known about a key that a host shows.
const (
	KeyNew     = remote.KeyNew
	KeyChanged = remote.KeyChanged
	KeyRevoked = remote.KeyRevoked
)

// Scan looks at the keys of hosts, without logging in to them, and first at those of the
// jump hosts on the way, at most forks at once. The error is for hosts to which no way is
// known, and for the end of ctx.
func (n *Network) Scan(ctx context.Context, hosts []*inventory.Host, forks int) ([]HostKey, error) {
	var targets []remote.Config
	var errs []error
	listed := map[string]bool{}
	add := func(c remote.Config) {
		if !listed[c.Host] {
			listed[c.Host] = true
			targets = append(targets, c)
		}
	}
	var ways []remote.Config
	for _, h := range hosts {
		c, err := n.config(ctx, h)
		errs = append(errs, err)
		ways = append(ways, c)
		addHops(c, add)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	for _, c := range ways {
		add(c)
	}
	var scanner remote.Scanner
	defer scanner.Close()
	keys := make([]HostKey, len(targets))
	var wg sync.WaitGroup
	slots := make(chan struct{}, forks)
	for i, target := range targets {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			keys[i] = scanner.Scan(ctx, target)
		})
	}
	wg.Wait()
	return keys, ctx.Err()
}

// addHops adds the jump hosts on the way to a host, the first first.
func addHops(c remote.Config, add func(remote.Config)) {
	if c.Jump != nil {
		addHops(*c.Jump, add)
		add(*c.Jump)
	}
}

// Trust writes keys that are new or changed into known_hosts; see remote.Trust.
func Trust(keys []HostKey) error { return remote.Trust(keys, inventory.ReplaceFile) }

// SharedKeys finds hosts that show the same key at different addresses.
func SharedKeys(keys []HostKey) [][]string { return remote.Shared(keys) }
