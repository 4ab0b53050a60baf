package nginx

import (
	"cmp"
	"errors"
	"fmt"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/nginx/site"
	"odooctl/tasks/odoo"
)

func init() {
	tasks.Register("nginx.update",
		"what users see during an update of modules: a page, then the first host alone (part: closed or first)",
		func() tasks.Task { return &Update{} })
}

// Update is nginx's part while the first Odoo host of a deployment updates modules: it
// shows the maintenance page while Odoo is stopped, and passes requests to no other
// host before that one is on the new tables. Service has to follow.
type Update struct {
	Part string `yaml:"part"`
}

// The parts, in the order of a playbook.
const (
	closed    = "closed" // nothing reaches Odoo
	firstOnly = "first"  // the first host gets requests again
)

// Validate checks the arguments of the playbook.
func (t *Update) Validate() error {
	if t.Part != closed && t.Part != firstOnly {
		return fmt.Errorf("nginx.update: part %q: want closed or first", t.Part)
	}
	return nil
}

// Plan implements tasks.Task.
func (t *Update) Plan(h *tasks.Host) (first error) {
	l := layoutOf(h)
	for _, d := range h.NginxOf() {
		f := h.File(l.file(d))
		if d.Odoo == nil || !f.Exists() {
			continue
		}
		due, err := odoo.UpdateDue(h, d)
		switch {
		case err != nil:
		case t.Part == firstOnly:
			err = away(h, l, d)
		case due:
			err = t.close(h, l, d)
		}
		first = cmp.Or(first, err)
	}
	return first
}

// close enables the page and removes the other hosts, which get requests again one by
// one.
func (t *Update) close(h *tasks.Host, l layout, d *inventory.Deployment) error {
	if d.Odoo.Modules.Stops() {
		if err := up(h, l, d, site.Note{}); err != nil {
			return err
		}
	}
	v, err := version(h)
	if err != nil {
		return err
	}
	f := h.File(l.file(d))
	for _, o := range d.Odoo.Hosts[1:] {
		text, err := site.SetState(f.Text(), odoo.AddressOf(o, d), site.Down, v)
		var last *site.LastBackendError
		if errors.As(err, &last) {
			return fmt.Errorf("%s of %s on %s was taken out of service: odooctl undrain sends it requests again",
				d.Odoo.Hosts[0].Name, d.Name, h.Name)
		}
		if err != nil {
			return f.Errorf("%w; odooctl apply brings the site up to date", err)
		}
		write(h, f.Path(), text, o.Name+" gets no new requests")
	}
	reseal(h, l)
	return nil
}
