package run

import (
	"context"
	"fmt"
	"sync"
	"time"

	"odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/tasks"
	"odooctl/tasks/odoo"
	"odooctl/tasks/tunnel"
)

// Tunnel is one tunnel between two hosts.
type Tunnel struct {
	Name    string    // of its deployment, or for.PORT
	From    string    // the host that it starts from
	Near    string    // where it listens there: an address and port, or a socket
	To      string    // the host that it goes to
	Far     string    // the address and port there
	Until   time.Time // when it ends by itself; zero: permanent
	Running bool      // its service runs
	Proof   string    // what trying it found: a tunnel.Word, missing or unknown; "": nothing was tried
	Text    string    // the proof in words

	probe string
}

// Tunnels lists the tunnels between the hosts that Options name: those found on them, and
// those that the inventory asks for. With prove each is tried from the host that it starts
// from. They come in the order of these hosts. The report says which hosts could not be
// read.
func Tunnels(ctx context.Context, inv *inventory.Inventory, prove bool, o Options) (list []Tunnel, report *Report,
	err error) {
	look := &lookAtTunnels{found: map[string][]Tunnel{}}
	book := &playbooks.Playbook{Name: "tunnels", Plays: []playbooks.Play{{Name: "Tunnels", Hosts: "all",
		Tasks: []tasks.NamedTask{{Name: "tunnel", Task: look}}}}}
	run, err := Read(ctx, inv, book, o)
	if err != nil {
		return nil, nil, err
	}
	defer run.Close()
	if prove {
		run.prove(ctx, look)
	}
	for _, h := range inv.Hosts {
		list = append(list, look.found[h.Name]...)
	}
	return list, run.Report(), nil
}

// lookAtTunnels is a task that only reads.
type lookAtTunnels struct {
	mu    sync.Mutex
	found map[string][]Tunnel
}

// Plan implements tasks.Task.
func (l *lookAtTunnels) Plan(h *tasks.Host) error {
	var list []Tunnel
	there := map[string]bool{}
	for _, s := range tunnel.List(h) {
		t := Tunnel{Name: s.Name, From: h.Name, Near: s.Near, To: s.To, Far: s.Far, Running: s.Running}
		if s.Until.IsZero() {
			there[s.Name] = true
		} else {
			t.Until, t.probe = s.Until, s.ProbeOpen()
		}
		list = append(list, t)
	}
	for _, d := range h.Tunnels() {
		probe, err := odoo.Probe(h, d)
		if err != nil {
			return err
		}
		if !there[d.Name] {
			list = append(list, Tunnel{
				Name: d.Name, From: h.Name, To: d.PostgreSQL.Host.Name,
				Proof: "missing", Text: "it is not made yet: odooctl apply makes it",
			})
			continue
		}
		for i := range list {
			if list[i].Name == d.Name {
				list[i].probe = probe
			}
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.found[h.Name] = list
	return nil
}

// prove tries every tunnel that was found, on all hosts at once.
func (r *Run) prove(ctx context.Context, look *lookAtTunnels) {
	var hosts []*inventory.Host
	for _, h := range r.inv.Hosts {
		if r.fleet.Host(h.Name).Err() == nil {
			hosts = append(hosts, h)
		}
	}
	each(r.opts.Forks, hosts, func(h *inventory.Host) {
		list := look.found[h.Name] // the map does not change any more
		for i := range list {
			if list[i].Proof == "" {
				r.proveOne(ctx, h, &list[i])
			}
		}
	})
}

func (r *Run) proveOne(ctx context.Context, h *inventory.Host, t *Tunnel) {
	t.Proof = "unknown"
	if t.probe == "" {
		t.Text = "the inventory does not ask for it any more: odooctl apply removes it"
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	sh, err := r.shell(ctx, h)
	if err == nil {
		res, runErr := sh.Run(ctx, t.probe, nil)
		if err = runErr; err == nil {
			found := tunnel.Found(tasks.Printable(r.inv.Revealed().Hide(string(res.Stdout))))
			if t.Text = found.Text; found.Word != "" {
				t.Proof = string(found.Word)
			}
			if t.Text == "" {
				t.Text = fmt.Sprintf("the host said nothing, and %q on its error output", r.tail(string(res.Stderr)))
			}
			return
		}
	}
	t.Text = err.Error()
}
