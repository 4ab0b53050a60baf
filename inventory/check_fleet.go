package inventory

import (
	"strings"
)

// hop returns the host of the inventory that a hop of ssh.jump names, or nil for a
// machine outside it.
func (d *decoder) hop(text string) *Host {
	name, _, _ := strings.Cut(text[strings.LastIndexByte(text, '@')+1:], ":")
	return d.inv.hosts[name]
}

// inheritedJump returns the way to h under a default for all hosts: a bastion itself is
// reached through the hops before it.
func (d *decoder) inheritedJump(jump string, h *Host) string {
	hops := strings.Split(jump, ",")
	for i, text := range hops {
		if d.hop(text) == h {
			return strings.Join(hops[:i], ",")
		}
	}
	return jump
}

// checkJumps finds hosts that cannot be reached because the way to them leads through themselves.
func (d *decoder) checkJumps() {
	const visiting, done = 1, 2
	state := map[*Host]int{}
	var visit func(h *Host) bool
	visit = func(h *Host) bool {
		switch state[h] {
		case visiting:
			return false
		case done:
			return true
		}
		state[h] = visiting
		defer func() { state[h] = done }()
		if h.SSH.Jump == "" {
			return true
		}
		for hop := range strings.SplitSeq(h.SSH.Jump, ",") {
			if next := d.hop(hop); next != nil && !visit(next) {
				d.errs.add(d.at(&h.SSH.Jump), "host %s jumps through %s, whose own way leads back to it", h.Name, next.Name)
			}
		}
		return true
	}
	for _, h := range d.inv.Hosts {
		visit(h)
	}
}

// checkLocal finds a host that lacks an address although other hosts need it.
func (d *decoder) checkLocal() {
	for _, h := range d.inv.Hosts {
		if !h.local {
			continue
		}
		for peer := range h.Peers() {
			d.errs.add(d.at(&h.Address), "host %s shares a deployment with %s, which reaches it by its address: write the "+
				"address, and ssh: {transport: local}", h.Name, peer.Name)
			break
		}
	}
}

// checkAddresses warns of a machine that has two names: its locks and changes would collide.
func (d *decoder) checkAddresses() {
	type way struct {
		address, jump string
		port          int
	}
	first := map[way]*Host{}
	for _, h := range d.inv.Hosts {
		if h.local {
			continue
		}
		w := way{strings.ToLower(h.Address), h.SSH.Jump, h.SSH.Port}
		if other := first[w]; other != nil {
			at := d.at(&h.Address)
			if at.IsZero() {
				at = h.Pos
			}
			d.warns.add(at, "host %s has the same address as host %s (%s): if they are one machine, give it one name", h.Name,
				other.Name, h.Address)
			continue
		}
		first[w] = h
	}
}
