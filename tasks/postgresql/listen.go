package postgresql

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"odooctl/inventory"
	"odooctl/tasks"
)

// ownAddress returns the inventory's address of the host, which must be one of its own:
// PostgreSQL only warns about one that it cannot listen on.
func ownAddress(h *tasks.Host) (string, error) {
	f, err := h.Facts()
	if err != nil {
		return "", err
	}
	addr, err := netip.ParseAddr(h.Address)
	if err != nil {
		return "", fmt.Errorf("the address of %s is the name %s: set settings.listen_addresses to the addresses that "+
			"PostgreSQL should listen on", h.Name, h.Address)
	}
	if slices.ContainsFunc(f.Addresses, func(p netip.Prefix) bool { return p.Addr() == addr }) {
		return addr.String(), nil
	}
	return "", fmt.Errorf("%s does not have the address %s (it has %s): set settings.listen_addresses",
		h.Name, addr, addressList(f))
}

// checkListen refuses an address that the host does not have.
func checkListen(h *tasks.Host, o inventory.Option) error {
	f, err := h.Facts()
	if err != nil {
		return err
	}
	for _, a := range ParseListen(o.Value.Text).Addresses() {
		if a.IsLoopback() || a.IsUnspecified() {
			continue
		}
		if !slices.ContainsFunc(f.Addresses, func(p netip.Prefix) bool { return p.Addr() == a }) {
			return fmt.Errorf("%s: listen_addresses: %s does not have the address %s (it has %s)",
				o.Pos, h.Name, a, addressList(f))
		}
	}
	return nil
}

func addressList(f *tasks.Facts) string {
	var have []string
	for _, p := range f.Addresses {
		have = append(have, p.Addr().String())
	}
	return strings.Join(have, ", ")
}

// Listen is a parsed listen_addresses: addresses, names and *.
type Listen []string

// ParseListen parses a listen_addresses.
func ParseListen(text string) (l Listen) {
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item != "" {
			l = append(l, item)
		}
	}
	return l
}

// Addresses returns the numeric ones.
func (l Listen) Addresses() (list []netip.Addr) {
	for _, item := range l {
		if a, err := netip.ParseAddr(item); err == nil {
			list = append(list, a)
		}
	}
	return list
}

// Reachable reports whether the server accepts connections from other hosts.
func (l Listen) Reachable() bool {
	return slices.ContainsFunc(l, func(item string) bool {
		a, err := netip.ParseAddr(item)
		return item != "localhost" && (err != nil || !a.IsLoopback())
	})
}

// Local returns the address for connections from the host itself: the loopback's, if
// the server listens there.
func (l Listen) Local() string {
	other := "127.0.0.1"
	for _, item := range slices.Backward(l) {
		if item != "::" && item != "::1" {
			other = item
		}
	}
	for _, item := range l {
		switch item {
		case "*", "localhost", "0.0.0.0", "127.0.0.1":
			return "127.0.0.1"
		case "::", "::1":
			other = "::1"
		}
	}
	return other
}
