package playbooks

import (
	"context"
	"fmt"
	"time"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/odoo"
	"odooctl/tasks/tunnel"
)

// TunnelProof is what came of asking, from an Odoo host through its tunnel, which
// PostgreSQL answers.
type TunnelProof struct {
	Deployment string
	Host       string // the Odoo host
	To         string // the database host
	Unit       string // the tunnel's service
	Finding    tunnel.Finding
	Err        error // why nobody could be asked
}

// probeWithin bounds one proof.
const probeWithin = 40 * time.Second

// ProveTunnels proves every lasting tunnel of the run's hosts, in the order of the
// inventory. A tunnel that does not work is a Finding; an Err is for a host that
// cannot be asked.
func (r *Run) ProveTunnels(ctx context.Context) []TunnelProof {
	var list []*TunnelProof
	for _, ih := range r.inv.Hosts {
		if r.outcomes[ih.Name] == nil {
			continue
		}
		for _, d := range ih.Tunnels() {
			list = append(list, &TunnelProof{Deployment: d.Name, Host: ih.Name, To: d.PostgreSQL.Host.Name, Unit: tunnel.Unit(d)})
		}
	}
	each(r.opts.Forks, list, func(p *TunnelProof) {
		ctx, cancel := context.WithTimeout(ctx, probeWithin)
		defer cancel()
		p.Finding, p.Err = r.proveTunnel(ctx, r.fleet.Host(p.Host), r.inv.Deployment(p.Deployment))
	})
	done := make([]TunnelProof, len(list))
	for i, p := range list {
		done[i] = *p
	}
	return done
}

func (r *Run) proveTunnel(ctx context.Context, h *tasks.Host, d *inventory.Deployment) (f tunnel.Finding, err error) {
	if err := r.outcome(h.Name).Err; err != nil {
		return f, err
	}
	probe, err := odoo.Probe(h, d)
	if err != nil {
		return f, err
	}
	sh, err := r.shell(ctx, h.Host)
	if err != nil {
		return f, err
	}
	res, err := sh.Run(ctx, probe, nil)
	if err != nil {
		return f, err
	}
	if f = tunnel.Found(string(res.Stdout)); f.Word == "" {
		return f, fmt.Errorf("%s: the tunnel could not be tried: %s", h.Name, tail(string(res.Stdout)+string(res.Stderr)))
	}
	return f, nil
}
