package inventory

// checkAcross checks deployments that share a host against each other.
func (d *decoder) checkAcross() {
	for _, h := range d.inv.Hosts {
		d.checkPorts(h)
		d.checkTunnelPorts(h)
		d.checkServerNames(h)
		d.checkClusters(h)
	}
	d.checkLocal()
}

// checkPorts finds two Odoos that would listen on one port.
func (d *decoder) checkPorts(h *Host) {
	first := map[int]*Deployment{}
	for _, dep := range h.odoo {
		o := dep.Odoo
		http, chat := o.Ports()
		for _, port := range []struct {
			number int
			name   string
			at     Pos
		}{
			{http, "http_port", d.whereOf(o.Pos, &o.HTTPPort)},
			{chat, "chat_port", d.whereOf(o.Pos, &o.ChatPort)},
		} {
			if other := first[port.number]; other != nil && other != dep {
				d.errs.add(port.at, "%s %d of %s is taken on host %s by %s: give one of them another %s",
					port.name, port.number, dep.Name, h.Name, other.Name, port.name)
			}
			first[port.number] = dep
		}
	}
}

// checkServerNames finds names that two deployments claim on one nginx.
func (d *decoder) checkServerNames(h *Host) {
	first := map[string]*Deployment{}
	for _, dep := range h.nginx {
		for i, name := range dep.Nginx.ServerNames {
			if other := first[name]; other != nil && other != dep {
				d.errs.add(d.at(&dep.Nginx.ServerNames[i]), "server_name %s of %s belongs to %s on host %s", name, dep.Name,
					other.Name, h.Name)
				continue
			}
			first[name] = dep
		}
	}
}
