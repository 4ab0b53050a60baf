package postgresql

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"odooctl/inventory"
	"odooctl/tasks"
)

// ownAddress returns the inventory's address of the host, which must be one that
// it has: PostgreSQL only warns about one that it cannot listen on.
func ownAddress(h *tasks.Host) (string, error) {
	f, err := h.Facts()
	if err != nil {
		return "", err
	}
	addr, err := netip.ParseAddr(h.Address)
	if err != nil {
		return "", fmt.Errorf("the address of %s is the name %s: set settings.listen_addresses to the addresses that PostgreSQL shall listen on", h.Name, h.Address)
	}
	if slices.ContainsFunc(f.Addresses, func(p netip.Prefix) bool { return p.Addr() == addr }) {
		return addr.String(), nil
	}
	return "", fmt.Errorf("%s does not have the address %s (it has %s): set settings.listen_addresses", h.Name, addr, addressList(f))
}

// listens refuses an address that the host does not have.
func listens(h *tasks.Host, o inventory.Option) error {
	f, err := h.Facts()
	if err != nil {
		return err
	}
	for _, item := range splitList(o.Value.Text) {
		a, err := netip.ParseAddr(item)
		if err != nil || a.IsLoopback() || a.IsUnspecified() {
			continue
		}
		if !slices.ContainsFunc(f.Addresses, func(p netip.Prefix) bool { return p.Addr() == a }) {
			return fmt.Errorf("%s: listen_addresses: %s does not have the address %s (it has %s)", o.Pos, h.Name, a, addressList(f))
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

// splitList takes a list of a setting apart.
func splitList(text string) (list []string) {
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item != "" {
			list = append(list, item)
		}
	}
	return list
}
