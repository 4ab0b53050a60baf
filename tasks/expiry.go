package tasks

import "time"

// Expiry is until when something on the host is valid, such as a certificate.
type Expiry struct {
	What        string // certificate of odoo.mycompany.com
	File        string // path on the host
	From, Until time.Time
}

// Expires records the expiry of something that the host has now.
func (h *Host) Expires(e Expiry) { h.expiries = append(h.expiries, e) }

// Expiries lists what expires on the host, as its tasks recorded it.
func (h *Picture) Expiries() []Expiry { return h.expiries }
