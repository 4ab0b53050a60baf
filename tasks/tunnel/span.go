package tunnel

import (
	"fmt"
	"slices"
	"time"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/postgresql"
)

// Span is a temporary tunnel between two hosts of the inventory: a port on the loopback
// of To is reachable on the loopback of From. Each host removes its end by itself when
// the time is over, also after a reboot, without a connection to odooctl. Its parts are
// those of a permanent tunnel, and no run removes them early.
//
// Its tasks are, in this order, Key on From, Admit on To, and Open on From; and to
// remove it now Close on both, Ended on From and Server on To.
type Span struct {
	From, To   *inventory.Host
	Near, Port int       // on From, and on To
	Until      time.Time // by this machine's clock
}

// Name is the tunnel's name, as a deployment's name is that of a permanent one. There
// is one for each port of From.
func (s Span) Name() string { return fmt.Sprintf("%s%d", spanPrefix, s.Near) }

// spanPrefix begins the name of every Span.
const spanPrefix = "for."

// deployment is a deployment with the Span as its tunnel.
func (s Span) deployment() *inventory.Deployment {
	port := s.To.SSH.Port
	if port == 0 {
		port = 22
	}
	return &inventory.Deployment{Name: s.Name(), PostgreSQL: &inventory.PostgreSQL{
		Host: s.To, Port: s.Port, Access: inventory.AccessTunnel,
		Tunnel: inventory.Tunnel{Port: s.Near, Bind: "127.0.0.1", SSHPort: port},
	}}
}

// spanKey, spanAdmit, spanOpen and spanClose are the tasks of a Span.
type (
	spanKey   struct{ Span }
	spanAdmit struct{ Span }
	spanOpen  struct{ Span }
	spanClose struct{ Span }
)

func (s Span) Key() tasks.Task   { return spanKey{s} }   // on From: makes the key
func (s Span) Admit() tasks.Task { return spanAdmit{s} } // on To: admits the key
func (s Span) Open() tasks.Task  { return spanOpen{s} }  // on From: the service
func (s Span) Close() tasks.Task { return spanClose{s} } // on both: removes the rest

// Plan implements tasks.Task.
func (t spanKey) Plan(h *tasks.Host) error {
	d := t.deployment()
	service := h.Unit(Unit(d))
	taken := h.Holds(portTaken(d.PostgreSQL.Tunnel))
	if text := h.File(unitFile(d)).Text(); text != "" && target(h, d.Name) != t.To.Name {
		return fmt.Errorf("port %d of %s has a tunnel to %s: close that first (odooctl tunnel down)",
			t.Near, h.Name, target(h, d.Name))
	}
	if taken && !service.Active() {
		return fmt.Errorf("port %d of %s is in use (`ss -ltnp 'sport = :%[1]d'` shows by whom): take another one",
			t.Near, h.Name)
	}
	h.User(User, home, nologin)
	h.Directory(folder(d.Name), "root", "root", 0o755)
	if newest(h, d.Name).public == "" {
		h.Private(folder(d.Name) + "/" + firstKey).Exists()
		generateKey(h, d.Name, firstKey)
	}
	return h.At(prefix+d.Name+"-end", h.TheirTime(t.Until), "End of the tunnel from port "+fmt.Sprint(t.Near), spanNear,
		t.nearEnd()...)
}

// Plan implements tasks.Task.
func (t spanAdmit) Plan(h *tasks.Host) error {
	ask(h)
	peer, err := h.Peer(t.From.Name)
	if err != nil {
		return err
	}
	from, err := postgresql.Addresses(h, t.From)
	if err != nil {
		return err
	}
	old := passes(h.File(keysFile).Text())
	list, err := admitted(h, old)
	if err != nil {
		return err
	}
	k := newest(peer, t.Name())
	if k.public == "" {
		h.Unknown("the pass for the tunnel from %s, whose key is made first", t.From.Name)
		return nil
	}
	own := pass{tunnel: t.Name(), host: t.From.Name, port: t.Port, public: k.public}
	for _, a := range from {
		own.from = append(own.from, a.Addr().String())
	}
	list = slices.DeleteFunc(list, func(p pass) bool { return p.tunnel == own.tunnel && p.host == own.host })
	if err := admit(h, append(list, own)); err != nil {
		return err
	}
	return h.At("odooctl-gate-"+t.Name()+"-"+t.From.Name, h.TheirTime(t.Until), "End of the tunnel from "+t.From.Name,
		spanFar, t.farEnd()...)
}

// Plan implements tasks.Task.
func (t spanOpen) Plan(h *tasks.Host) error {
	d := t.deployment()
	h.Unit(Unit(d))
	known := h.File(folder(d.Name) + "/known_hosts")
	peer, err := h.Peer(t.To.Name)
	if err != nil {
		return err
	}
	pinned, err := pin(peer)
	if err != nil {
		return err
	}
	k := newest(h, d.Name)
	if k.public == "" || !lets(peer, k.public) {
		h.Unknown("the tunnel to %s, whose key is let in first", t.To.Name)
		return nil
	}
	u := service{Deployment: d, key: k.path, port: t.Port, steps: h.Holds(hasSteps), until: h.TheirTime(t.Until)}
	if err := u.keep(h, known, pinned); err != nil {
		return err
	}
	h.Prove(Unit(d), tasks.Proof{After: portTaken(d.PostgreSQL.Tunnel), Within: 20})
	return nil
}

// Plan implements tasks.Task.
func (t spanClose) Plan(h *tasks.Host) error {
	if h.Host == t.From {
		d := t.deployment()
		if to := target(h, d.Name); to != "" && to != t.To.Name {
			return fmt.Errorf("the tunnel from port %d of %s goes to %s, not to %s", t.Near, h.Name, to, t.To.Name)
		}
		h.Unit(Unit(d)).Undefine()
		h.NotAt(prefix + d.Name + "-end")
		return nil
	}
	h.NotAt("odooctl-gate-" + t.Name() + "-" + t.From.Name)
	return nil
}
