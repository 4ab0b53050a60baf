package odoo

import (
	"net"
	"strconv"

	"odooctl/inventory"
	"odooctl/tasks"
)

// Serves is where one Odoo host serves a deployment, as host:port.
type Serves struct {
	HTTP string
	Chat string // long polling or websockets; "" if HTTP serves them too, as in one threaded process
}

// ServesOn returns where the deployment's nginx reaches Odoo on peer, in whatever mode
// it runs. It fails with ErrUnread until the host's CPUs are known, which may determine
// the processes.
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

// AddressOf returns the address at which the deployment's nginx reaches one of its Odoo
// hosts.
func AddressOf(o *inventory.Host, d *inventory.Deployment) string {
	for _, n := range d.Nginx.Hosts {
		if n != o {
			return o.Address
		}
	}
	return "127.0.0.1"
}
