package lab

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
)

// testRange is reserved for tests of network devices and never routed on the Internet
// (RFC 2544, appendix C.2.2).
var testRange = netip.MustParsePrefix("198.18.0.0/15")

// checkSubnet accepts a /24 of the test range: the hosts' numbers are the last byte of their addresses.
func checkSubnet(subnet netip.Prefix) error {
	if !subnet.IsValid() || subnet.Bits() != 24 || !testRange.Contains(subnet.Addr()) || subnet != subnet.Masked() {
		return fmt.Errorf("subnet %s: want a /24 of %s such as 198.18.7.0/24", subnet, testRange)
	}
	return nil
}

// addressIn returns the address with that last byte.
func addressIn(subnet netip.Prefix, number byte) netip.Addr {
	bytes := subnet.Addr().As4()
	bytes[3] = number
	return netip.AddrFrom4(bytes)
}

// bridgeOf is the name of a lab's bridge. The kernel takes 15 characters (IFNAMSIZ, less the final zero).
func bridgeOf(lab string) string { return "lab-" + lab }

// raiseBridge makes the lab's bridge with this machine as number 1 of the subnet. First
// it makes the whole test range a black hole, so that no packet for a host that is down
// takes the default route. The black hole stays.
func raiseBridge(ctx context.Context, bridge string, subnet netip.Prefix) error {
	if err := checkUnused(subnet, bridge); err != nil {
		return err
	}
	for _, args := range [][]string{
		{"route", "replace", "blackhole", testRange.String(), "metric", "4096"},
		{"link", "add", bridge, "type", "bridge", "forward_delay", "0"},
		{"address", "add", netip.PrefixFrom(addressIn(subnet, 1), subnet.Bits()).String(), "dev", bridge},
		{"link", "set", bridge, "up"},
	} {
		if err := run(ctx, "ip", args...); err != nil {
			return fmt.Errorf("raise bridge %s: %w", bridge, err)
		}
	}
	return nil
}

// checkUnused refuses a subnet in which another interface of this machine has an
// address.
func checkUnused(subnet netip.Prefix, bridge string) error {
	interfaces, err := net.Interfaces()
	if err != nil {
		return fmt.Errorf("list interfaces: %w", err)
	}
	for _, i := range interfaces {
		addresses, err := i.Addrs()
		if err != nil || i.Name == bridge {
			continue
		}
		for _, a := range addresses {
			if p, err := netip.ParsePrefix(a.String()); err == nil && p.Overlaps(subnet) {
				return fmt.Errorf("subnet %s is in use: interface %s has %s; give this lab another subnet or take the other down",
					subnet, i.Name, p)
			}
		}
	}
	return nil
}

// removeBridge removes the bridge and the ends of virtual cables that a killed host
// left in it.
func removeBridge(ctx context.Context, bridge string) error {
	device := filepath.Join("/sys/class/net", bridge)
	if !isDir(filepath.Join(device, "bridge")) {
		return nil
	}
	ports, err := os.ReadDir(filepath.Join(device, "brif"))
	if err != nil {
		return fmt.Errorf("remove bridge %s: %w", bridge, err)
	}
	for _, port := range ports {
		err := run(ctx, "ip", "link", "delete", port.Name())
		if err != nil && !strings.Contains(err.Error(), "Cannot find device") {
			return fmt.Errorf("remove bridge %s: %w", bridge, err)
		}
	}
	return run(ctx, "ip", "link", "delete", bridge)
}
