package inventory

// checkAcross checks deployments that share a host against each other.
func (d *decoder) checkAcross() {
	for _, h := range d.inv.Hosts {
		d.checkPorts(h)
		d.checkTunnelPorts(h)
		d.checkServerNames(h)
		d.checkMounts(h)
		d.checkClusters(h)
	}
	d.checkLocal()
}

// checkPorts finds two Odoos that would listen on one port.
func (d *decoder) checkPorts(h *Host) {
	first, by := map[int]*Deployment{}, map[int]string{}
	for _, dep := range h.odoo {
		for _, port := range d.listens(dep.Odoo) {
			if other := first[port.number]; other != nil && other != dep {
				d.errs.add(port.at, "%s %d of %s%s is taken on host %s by %s: give one of them another %s",
					port.name, port.number, port.of, dep.Name, h.Name, by[port.number], port.name)
			}
			first[port.number], by[port.number] = dep, port.of+dep.Name
		}
	}
}

// listening is a port that an Odoo takes on its hosts, and where the file says so.
type listening struct {
	number   int
	of, name string // "the spare of ", http_port
	at       Pos
}

func (d *decoder) listens(o *Odoo) []listening {
	http, chat := o.Ports()
	httpAt, chatAt := d.whereOf(o.Pos, &o.HTTPPort), d.whereOf(o.Pos, &o.ChatPort)
	list := []listening{{http, "", "http_port", httpAt}, {chat, "", "chat_port", chatAt}}
	if o.Rolling.Spare {
		list = append(list, listening{SparePort(http), "the spare of ", "http_port", httpAt},
			listening{SparePort(chat), "the spare of ", "chat_port", chatAt})
	}
	return list
}

// checkServerNames finds names that two deployments claim on one nginx.
func (d *decoder) checkServerNames(h *Host) {
	first := map[string]*Deployment{}
	for _, dep := range h.nginx {
		for _, list := range [][]string{dep.Nginx.ServerNames, dep.Nginx.RedirectFrom} {
			for i, name := range list {
				if other := first[name]; other != nil && other != dep {
					d.errs.add(d.at(&list[i]), "server_name %s of %s belongs to %s on host %s", name, dep.Name, other.Name, h.Name)
					continue
				}
				first[name] = dep
			}
		}
	}
}
