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

// TunnelsDocument is the tunnels between hosts.
type TunnelsDocument struct {
	Version int        `json:"version" jsonschema:"enum=1"`
	Tunnels []TunnelOf `json:"tunnels"` // in the order of the hosts that they start from
}

// TunnelOf is one tunnel.
type TunnelOf struct {
	Name    string `json:"name"`            // of its deployment, or for.PORT
	From    string `json:"from"`            // the host that it starts from
	Near    string `json:"near"`            // where it listens there: an address and port, or a socket
	To      string `json:"to"`              // the host that it goes to
	Far     string `json:"far"`             // the address and port there
	Until   string `json:"until,omitempty"` // when it ends by itself, RFC 3339; without: it lasts
	Running bool   `json:"running"`         // its service runs
	// Proof is what tunnel test found: ok, down, stale, silent, dead, foreign, refused,
	// wrong, missing, or unknown where the host could not tell. Without: nothing was tried.
	Proof string `json:"proof,omitempty"`
	Text  string `json:"text,omitempty"` // the proof in words

	probe string
}

// Tunnels lists the tunnels between the hosts that Options name: those that stand on
// them, and those that the inventory asks for. With prove each is tried from the
// host that it starts from. The report tells which hosts could not be read.
func Tunnels(ctx context.Context, inv *inventory.Inventory, prove bool, o Options) (*TunnelsDocument, *Report, error) {
	look := &lookAtTunnels{found: map[string][]TunnelOf{}}
	book := &playbooks.Playbook{Name: "tunnels", Plays: []playbooks.Play{{Name: "Tunnels", Hosts: "all", Tasks: []tasks.NamedTask{{Name: "tunnel", Task: look}}}}}
	run, err := Read(ctx, inv, book, o)
	if err != nil {
		return nil, nil, err
	}
	defer run.Close()
	if prove {
		run.prove(ctx, look)
	}
	d := &TunnelsDocument{Version: documentVersion, Tunnels: []TunnelOf{}}
	for _, h := range inv.Hosts {
		d.Tunnels = append(d.Tunnels, look.found[h.Name]...)
	}
	return d, run.Report(), nil
}

// lookAtTunnels is a task that only reads.
type lookAtTunnels struct {
	mu    sync.Mutex
	found map[string][]TunnelOf
}

// Plan implements tasks.Task.
func (l *lookAtTunnels) Plan(h *tasks.Host) error {
	var list []TunnelOf
	there := map[string]bool{}
	for _, s := range tunnel.List(h) {
		t := TunnelOf{Name: s.Name, From: h.Name, Near: s.Near, To: s.To, Far: s.Far, Running: s.Running}
		if s.Until.IsZero() {
			there[s.Name] = true
		} else {
			t.Until, t.probe = s.Until.Format(time.RFC3339), s.ProbeOpen()
		}
		list = append(list, t)
	}
	for _, d := range h.Tunnels() {
		probe, err := odoo.Probe(h, d)
		if err != nil {
			return err
		}
		if !there[d.Name] {
			list = append(list, TunnelOf{Name: d.Name, From: h.Name, To: d.PostgreSQL.Host.Name, Proof: "missing", Text: "it is not made yet: odooctl apply makes it"})
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
		list := look.found[h.Name] // nobody adds to the map now
		for i := range list {
			if list[i].Proof == "" {
				r.proveOne(ctx, h, &list[i])
			}
		}
	})
}

func (r *Run) proveOne(ctx context.Context, h *inventory.Host, t *TunnelOf) {
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

// Works tells whether every tunnel was proven to work.
func (d *TunnelsDocument) Works() bool {
	for _, t := range d.Tunnels {
		if t.Proof != string(tunnel.OK) {
			return false
		}
	}
	return true
}
