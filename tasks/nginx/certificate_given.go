package nginx

import (
	"errors"
	"fmt"
	"strings"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/certificate"
)

// install installs a given certificate and its key on the host. What a server or a
// browser would refuse is refused here, before any host is touched.
func install(h *tasks.Host, d *inventory.Deployment) error {
	given, err := read(d.Nginx.TLS)
	if err != nil {
		return &tasks.InputError{Err: err}
	}
	names := d.Nginx.Names()
	chain, findings := certificate.Check(given, names, h.Now)
	var refused []error
	for _, f := range findings {
		text := place(d.Nginx.TLS, f.Of) + ": " + f.Text
		if f.Warning {
			h.Warn("%s", text)
		} else {
			refused = append(refused, errors.New(text))
		}
	}
	if len(refused) > 0 {
		return &tasks.InputError{Err: errors.Join(refused...)}
	}
	p := own(d)
	h.Directory(directory, "root", "root", 0o755)
	public, private := h.File(p.chain), h.Private(p.key)
	was, had := public.State(), private.State()
	public.SetText(given.Chain).Own("root", "root", 0o644)
	private.SetText(given.Key).Own("root", "root", 0o600)
	if public.State() != was || private.State() != had {
		h.Notify(Unit, tasks.Reload, fmt.Sprintf("another certificate for %s, valid until %s",
			names[0], chain[0].NotAfter.Format("2006-01-02")))
	}
	return nil
}

// read reads the two texts from the operator's machine.
func read(t inventory.TLS) (g certificate.Given, err error) {
	chain, err := t.Certificate.Read()
	if err != nil {
		return g, err
	}
	key, err := t.Key.Reveal()
	if err != nil {
		return g, err
	}
	return certificate.Given{Chain: ended(chain), Key: ended(key)}, nil
}

func ended(text string) string { return strings.TrimRight(text, "\n") + "\n" }

// place is the inventory's position of what a finding is about, and the file.
func place(t inventory.TLS, of certificate.Subject) string {
	if of == certificate.Key {
		return fmt.Sprintf("%s: key from %s", t.Key.Pos, t.Key.Source())
	}
	return fmt.Sprintf("%s: certificate %s", t.Certificate.Pos, t.Certificate)
}
