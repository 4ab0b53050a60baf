package inventory

// readDeployments reads and checks the deployments, and tells each host which roles it plays.
func (d *decoder) readDeployments(doc *document) {
	if doc.Deployments == nil {
		return
	}
	d.inside("deployments", func() {
		switch {
		case d.pieces != nil:
			d.pieces.each(d, d.readDeployment)
		case d.isMapping(doc.Deployments):
			list := d.pairs(doc.Deployments)
			doc.Deployments.Content = nil
			for i, p := range list {
				list[i] = pair{} // the tree of a large file is freed as it is read
				d.readDeployment(p)
			}
		}
	})
}

func (d *decoder) readDeployment(p pair) {
	dep := &Deployment{Name: p.name}
	d.inside(p.name, func() { d.decode(p.value, dep) })
	dep.Pos = d.pos(p.key)
	if d.claimName("deployment", dep.Name, dep.Pos) && !d.bad[dep] {
		d.checkDeployment(dep)
		d.makeSecrets(dep)
		d.inv.deployments[dep.Name] = dep
		d.inv.Deployments = append(d.inv.Deployments, dep)
		assignRoles(dep)
	}
}

func assignRoles(dep *Deployment) {
	if dep.Odoo != nil {
		for _, h := range dep.Odoo.Hosts {
			h.odoo = append(h.odoo, dep)
		}
	}
	if dep.PostgreSQL != nil && dep.PostgreSQL.Host != nil {
		h := dep.PostgreSQL.Host
		h.postgresql = append(h.postgresql, dep)
	}
	if dep.Nginx != nil {
		for _, h := range dep.Nginx.Hosts {
			h.nginx = append(h.nginx, dep)
		}
	}
}

func (d *decoder) checkDeployment(dep *Deployment) {
	if !d.given(&dep.Odoo) && !d.given(&dep.PostgreSQL) && !d.given(&dep.Nginx) {
		d.errs.add(dep.Pos, "deployment %s is empty: want odoo, postgresql or nginx", dep.Name)
		return
	}
	if dep.Odoo != nil {
		d.checkOdoo(dep.Odoo)
		d.checkRolling(dep)
	}
	if dep.PostgreSQL != nil {
		d.checkPostgreSQL(dep.PostgreSQL)
		d.checkAccess(dep)
		d.checkTunnel(dep)
	}
	if dep.Nginx != nil {
		d.checkNginx(dep.Nginx)
		if !d.given(&dep.Odoo) {
			d.errs.add(dep.Nginx.Pos, "deployment %s has nginx but no odoo: there is nothing to send requests to", dep.Name)
		}
	}
}

// require records an error if the file does not give the value that out points to.
func (d *decoder) require(out any, at Pos, what string) bool {
	if d.given(out) {
		return true
	}
	d.errs.add(at, "%s is missing", what)
	return false
}

// atLeast checks the lower bound of a number that the file gives.
func (d *decoder) atLeast(n *int, least int, what string) {
	if d.ok(n) && *n < least {
		d.errs.add(d.at(n), "%s is %d: want %d or more", what, *n, least)
	}
}

// checkEach checks the items of a list of names, and that none is there twice.
func (d *decoder) checkEach(names []string, what string, check func(string) error) {
	first := map[string]bool{}
	for i := range names {
		at := d.at(&names[i])
		if err := check(names[i]); err != nil {
			d.errs.add(at, "%v", err)
		} else if first[names[i]] {
			d.errs.add(at, "%s %s is in this list twice", what, names[i])
		}
		first[names[i]] = true
	}
}
