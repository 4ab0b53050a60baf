package tasks

import "time"

// Expiry says until when something on the host is valid, such as a certificate.
type Expiry struct {
	What        string // certificate of odoo.mycompany.com
	File        string // path on the host
	From, Until time.Time
}

// Expires notes until when something is valid that the host has now.
func (h *Host) Expires(e Expiry) { h.expiries = append(h.expiries, e) }

// Expiries lists what the host has that ends one day, as its tasks noted it.
func (h *Picture) Expiries() []Expiry { return h.expiries }
