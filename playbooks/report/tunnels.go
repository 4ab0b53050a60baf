package report

import (
	"time"

	"odooctl/playbooks/run"
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
	Until   string `json:"until,omitempty"` // when it ends by itself, RFC 3339; without: permanent
	Running bool   `json:"running"`         // its service runs
	// Proof is what tunnel test found: ok, down, stale, silent, dead, foreign, refused,
	// wrong, missing, or unknown where the host could not tell. Without: nothing was tried.
	Proof string `json:"proof,omitempty"`
	Text  string `json:"text,omitempty"` // the proof in words
}

// NewTunnelsDocument returns the tunnels between hosts.
func NewTunnelsDocument(list []run.Tunnel) *TunnelsDocument {
	return &TunnelsDocument{Version: documentVersion, Tunnels: convert(list, func(t run.Tunnel) TunnelOf {
		d := TunnelOf{
			Name: t.Name, From: t.From, Near: t.Near, To: t.To, Far: t.Far, Running: t.Running, Proof: t.Proof, Text: t.Text,
		}
		if !t.Until.IsZero() {
			d.Until = t.Until.Format(time.RFC3339)
		}
		return d
	})}
}

// Works reports whether every tunnel was proven to work.
func (d *TunnelsDocument) Works() bool {
	for _, t := range d.Tunnels {
		if t.Proof != string(tunnel.OK) {
			return false
		}
	}
	return true
}
