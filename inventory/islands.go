package inventory

// Islands returns the hosts in groups that share no deployment with each other: two hosts
// are in one island if they share a deployment, directly or through other hosts. The
// islands, and the hosts in each, are in the order of the inventory.
func (inv *Inventory) Islands() [][]*Host { return inv.united((*Deployment).Hosts) }

// Teams returns the hosts in groups that share no Odoo with each other, as Islands does:
// the hosts of a deployment are in one team, and those of two are if a host has both.
func (inv *Inventory) Teams() [][]*Host {
	return inv.united(func(d *Deployment) []*Host {
		if d.Odoo == nil {
			return nil
		}
		return d.Odoo.Hosts
	})
}

// united joins the hosts of each deployment.
func (inv *Inventory) united(of func(*Deployment) []*Host) [][]*Host {
	in := make(map[*Host]*Host, len(inv.Hosts)) // a host of the same island, nearer to its root
	root := func(h *Host) *Host {
		for in[h] != nil {
			if up := in[in[h]]; up != nil {
				in[h] = up
			}
			h = in[h]
		}
		return h
	}
	for _, d := range inv.Deployments {
		hosts := of(d)
		for _, h := range hosts {
			if a, b := root(hosts[0]), root(h); a != b {
				in[b] = a
			}
		}
	}
	var list [][]*Host
	at := make(map[*Host]int, len(inv.Hosts))
	for _, h := range inv.Hosts {
		r := root(h)
		i, ok := at[r]
		if !ok {
			i = len(list)
			at[r] = i
			list = append(list, nil)
		}
		list[i] = append(list[i], h)
	}
	return list
}
