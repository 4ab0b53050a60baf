package odoo

import (
	"net"
	"strconv"

	"odooctl/inventory"
	"odooctl/tasks"
)

// Serves says where one Odoo host serves a deployment, as host:port.
type Serves struct {
	HTTP string
	Chat string // long polling or websockets; "" where HTTP serves them too, as one threaded process does
}

// ServesOn returns where the deployment's nginx reaches Odoo on the host that
// peer pictures, in whatever mode it runs. It fails with ErrUnread while the
// host's CPUs are not known, for they may decide on the processes.
func ServesOn(peer *tasks.Host, d *inventory.Deployment) (s Serves, err error) {
	p, err := ProcessesOf(peer, d)
	if err != nil {
		return s, err
	}
	addr := AddressOf(peer.Host, d)
	http, chat := d.Odoo.Ports()
	s.HTTP = net.JoinHostPort(addr, strconv.Itoa(http))
	if p.Chat() {
		s.Chat = net.JoinHostPort(addr, strconv.Itoa(chat))
	}
	return s, nil
}

// AddressOf returns the address by which the deployment's nginx reaches one of its
// Odoo hosts.
func AddressOf(o *inventory.Host, d *inventory.Deployment) string {
	for _, n := range d.Nginx.Hosts {
		if n != o {
			return o.Address
		}
	}
	return "127.0.0.1"
}
