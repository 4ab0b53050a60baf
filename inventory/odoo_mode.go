package inventory

import (
	"slices"

	"gopkg.in/yaml.v3"
)

// Mode is how an Odoo spreads its work over processes.
type Mode string

// The values of odoo.mode.
const (
	ModeMultiprocess Mode = "multiprocess" // Odoo's own workers, with cron and live chat beside them
	ModeThreaded     Mode = "threaded"     // one process for everything
	ModeWSGI         Mode = "wsgi"         // gunicorn serves HTTP, cron and live chat are services of their own
)

// Chat is what serves live chat beside gunicorn.
type Chat string

// The values of odoo.chat.
const (
	ChatGevent   Chat = "gevent"   // `odoo gevent`, as Odoo itself starts it beside its workers
	ChatThreaded Chat = "threaded" // a threaded Odoo, where gevent is not available
)

// Runs returns the mode with the default filled in: threaded where workers is 0, else multiprocess.
func (o *Odoo) Runs() Mode {
	switch {
	case o.Mode != "":
		return o.Mode
	case o.Workers != nil && *o.Workers == 0:
		return ModeThreaded
	}
	return ModeMultiprocess
}

func (m *Mode) decodeYAML(d *decoder, n *yaml.Node) bool { return d.text(n, (*string)(m)) }
func (c *Chat) decodeYAML(d *decoder, n *yaml.Node) bool { return d.text(n, (*string)(c)) }

func (d *decoder) checkOdooMode(o *Odoo) {
	modes := []Mode{ModeMultiprocess, ModeThreaded, ModeWSGI}
	if d.ok(&o.Mode) && !slices.Contains(modes, o.Mode) {
		d.errs.add(d.at(&o.Mode), "mode is %s: want one of multiprocess, threaded and wsgi", o.Mode)
	}
	if d.ok(&o.Chat) {
		switch {
		case o.Chat != ChatGevent && o.Chat != ChatThreaded:
			d.errs.add(d.at(&o.Chat), "chat is %s: want gevent or threaded", o.Chat)
		case o.Mode != ModeWSGI:
			d.errs.add(d.at(&o.Chat), "chat is for mode: wsgi; in other modes live chat is part of Odoo's own processes")
		}
	}
	if o.Workers == nil || !d.ok(&o.Mode) {
		return
	}
	switch {
	case o.Mode == ModeThreaded && *o.Workers > 0:
		d.errs.add(d.at(o.Workers), "workers is %d, and mode: threaded has none: leave one of them out", *o.Workers)
	case o.Mode != ModeThreaded && *o.Workers == 0:
		d.errs.add(d.at(o.Workers), "workers is 0, and mode: %s needs some: say mode: threaded, or leave workers out", o.Mode)
	}
}
