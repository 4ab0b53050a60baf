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

type noteKey struct{}

// Note says who runs Update, and in which run: nginx's files note it with what is out of service, so that another run
// can end what this one leaves.
func Note(f *tasks.Fleet, by site.Note) { f.Give(noteKey{}, by) }

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
		case t.Part == firstOnly && decided(f.Text(), site.Shown): // a person's page stays
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
	by, _ := h.Given(noteKey{}).(site.Note)
	f := h.File(l.file(d))
	if d.Odoo.Modules.Stops() && !decided(f.Text(), site.Shown) {
		if err := up(h, l, d, by); err != nil {
			return err
		}
	}
	v, err := version(h)
	if err != nil {
		return err
	}
	for _, o := range d.Odoo.Hosts[1:] {
		address := odoo.AddressOf(o, d)
		text, err := site.SetState(f.Text(), address, site.Down, v)
		var last *site.LastBackendError
		if errors.As(err, &last) {
			return fmt.Errorf("%s of %s on %s was taken out of service: odooctl undrain sends it requests again",
				d.Odoo.Hosts[0].Name, d.Name, h.Name)
		}
		if err != nil {
			return f.Errorf("%w; odooctl apply brings the site up to date", err)
		}
		if !decided(f.Text(), address) {
			text = noted(h, text, address, true, by)
		}
		write(h, f.Path(), text, o.Name+" gets no new requests")
	}
	reseal(h, l)
	return nil
}
