package tunnel

import (
	"errors"
	"slices"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/postgresql"
)

func init() {
	tasks.Register("tunnel.server", "the database host lets the tunnels of its Odoo hosts in, and nothing else",
		func() tasks.Task { return &Server{} })
}

// Server manages the database host's end of all tunnels to it: a user without sessions,
// the keys of the Odoo hosts, and the part of sshd's configuration that restricts it to
// PostgreSQL's port. A key is admitted as long as its Odoo host has it, old ones beside
// new ones; without keys, everything is removed.
type Server struct{}

// Plan implements tasks.Task.
func (Server) Plan(h *tasks.Host) error {
	old := h.File(keysFile)
	wanted := slices.ContainsFunc(h.PostgreSQLOf(), isTunnel)
	if wanted {
		ask(h)
	}
	list, err := admitted(h, passes(old.Text()))
	if err != nil {
		return err
	}
	if len(list) == 0 && !old.Exists() {
		return nil
	}
	return admit(h, list)
}

// admit admits exactly these passes.
func admit(h *tasks.Host, list []pass) error {
	ask(h)
	old := h.File(keysFile)
	if err := sshd(h, list); err != nil {
		return err
	}
	if len(list) == 0 {
		old.Remove()
		h.DropUser(Gate)
		return nil
	}
	h.User(Gate, home, nologin)
	old.SetText(render(list)).Own("root", "root", 0o644)
	return nil
}

func isTunnel(d *inventory.Deployment) bool { return d.PostgreSQL.Access == inventory.AccessTunnel }

// ask requests everything in one round.
func ask(h *tasks.Host) {
	h.HasUser(Gate)
	h.File(sshdConfig).Text()
	h.File(sshdFile).Text()
	h.Glob(sshdFolder + "/*.conf")
	h.Unit("ssh.service")
	h.Unit("sshd.service")
}

// admitted lists the passes that the gate should have: one for every key of every
// tunnel that the inventory directs here, and those of tunnels that still connect.
func admitted(h *tasks.Host, before []pass) (list []pass, err error) {
	asked := map[string]bool{}
	for _, d := range h.PostgreSQLOf() {
		if !isTunnel(d) || d.Odoo == nil {
			continue
		}
		for _, o := range d.Odoo.Hosts {
			if o == h.Host {
				continue
			}
			asked[d.Name+"@"+o.Name] = true
			more, err := ofHost(h, d, o, before)
			if err != nil {
				return nil, err
			}
			list = append(list, more...)
		}
	}
	for _, p := range before {
		if asked[p.tunnel+"@"+p.host] {
			continue
		}
		// The inventory no longer directs it here. It may be in use until its Odoo is
		// switched, later in the run.
		peer, err := h.Peer(p.host)
		if err != nil {
			cut(h, p) // its other end cannot be stopped
		} else if target(peer, p.tunnel) == h.Name &&
			slices.ContainsFunc(keys(peer, p.tunnel), func(k key) bool { return k.public == p.public }) {
			list = append(list, p)
		}
	}
	return list, nil
}

// ofHost lists the passes for a tunnel's keys on its Odoo host. A host that cannot be
// read keeps its passes: its tunnel may be in use.
func ofHost(h *tasks.Host, d *inventory.Deployment, o *inventory.Host, before []pass) (list []pass, err error) {
	peer, err := h.Peer(o.Name)
	var away *tasks.PeerError
	if errors.As(err, &away) {
		for _, p := range before {
			if p.tunnel == d.Name && p.host == o.Name {
				list = append(list, p)
			}
		}
		h.Warn("%s: %s could not be read: the tunnel of %s from there stays as it is", d.PostgreSQL.Pos, o.Name, d.Name)
		return list, nil
	}
	if err != nil {
		return nil, err
	}
	from, err := postgresql.Addresses(h, o)
	if err != nil {
		return nil, err
	}
	port, err := postgresql.Port(h, d)
	if err != nil {
		return nil, err
	}
	found := keys(peer, d.Name)
	for _, k := range found {
		if k.public == "" {
			continue // made in this run; the Odoo host reports it as unknown
		}
		p := pass{tunnel: d.Name, host: o.Name, port: port, public: k.public}
		for _, a := range from {
			p.from = append(p.from, a.Addr().String())
		}
		list = append(list, p)
	}
	if len(list) == 0 {
		h.Unknown("the pass for the tunnel of %s from %s, whose key is made first", d.Name, o.Name)
	}
	return list, nil
}

// sshd manages our part of sshd's configuration, in a file of its own if sshd includes
// one, else at the end of the main one.
func sshd(h *tasks.Host, list []pass) error {
	text := ""
	if len(list) > 0 {
		text = match(list)
	}
	main, own := h.File(sshdConfig), h.File(sshdFile)
	before := [2]any{main.State(), own.State()}
	inMain := text
	if includes(main.Text()) {
		inMain = ""
		if text != "" {
			own.SetText(ours+text).Own("root", "root", 0o644)
		}
	}
	if inMain != "" || text == "" {
		own.Remove()
	}
	edited, err := block(main.Text(), inMain)
	if err != nil {
		return main.Errorf("%w", err)
	}
	if edited != main.Text() {
		main.SetText(edited)
	}
	if before == [2]any{main.State(), own.State()} {
		return nil
	}
	unit := "ssh.service"
	if !h.Unit(unit).Exists() {
		unit = "sshd.service" // Red Hat's name
	}
	h.Check(tasks.Check{Unit: unit, Title: "sshd -t", Run: "/usr/sbin/sshd -t"})
	if text != "" {
		h.Check(tasks.Check{Unit: unit, Title: "sshd lets tunnels through", Run: effective(list)})
	}
	h.Notify(unit, tasks.Reload, "what tunnels may do changed")
	return nil
}
