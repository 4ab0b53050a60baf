package nginx

import (
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"odooctl/inventory"
	"odooctl/remote/shell"
	"odooctl/tasks"
	"odooctl/tasks/nginx/site"
	"odooctl/tasks/odoo"
)

func init() {
	tasks.Register("nginx.drain", "an Odoo host gets no requests of a deployment's nginx, or gets them again",
		func() tasks.Task { return &Drain{} })
}

// Drain removes one Odoo host from a deployment's upstreams, or puts it back, and
// changes nothing else: other differences to the inventory are left to Site. Site keeps
// what Drain did. Service has to follow, which makes nginx read it and proves that it
// did.
type Drain struct {
	Deployment string     `yaml:"deployment"`
	Host       string     `yaml:"host"`
	State      site.State `yaml:"state"` // "" puts it back, drain keeps its present clients, down none, spare passes them on

	// By is who does that. What it does for a run leaves alone what a person has done.
	By site.Note `yaml:"-"`
}

// Validate refuses an unknown state.
func (t *Drain) Validate() error {
	if !slices.Contains([]site.State{site.Up, site.Drain, site.Down, site.Spare}, t.State) {
		return fmt.Errorf("nginx.drain: state %q: want drain, down or spare, or leave it out to put the host back", t.State)
	}
	return nil
}

// Plan implements tasks.Task. It fails if the host is not the deployment's, if nginx
// has no site of it yet, and with a *site.LastBackendError if no other host would be
// left.
func (t *Drain) Plan(h *tasks.Host) error {
	i := slices.IndexFunc(h.NginxOf(), func(d *inventory.Deployment) bool { return d.Name == t.Deployment })
	if i < 0 {
		return nil // another deployment's nginx
	}
	d := h.NginxOf()[i]
	at := slices.IndexFunc(d.Odoo.Hosts, func(o *inventory.Host) bool { return o.Name == t.Host })
	if at < 0 {
		return fmt.Errorf("%s: %s is no Odoo host of %s", d.Odoo.Pos, t.Host, d.Name)
	}
	l := layoutOf(h)
	f := h.File(l.file(d))
	v, err := version(h)
	if err != nil {
		return err
	}
	if !f.Exists() || generation(h) == "" {
		return noSite(h, d)
	}
	address := odoo.AddressOf(d.Odoo.Hosts[at], d)
	if t.By.Run != "" && decided(f.Text(), address) {
		return nil
	}
	text, err := site.SetState(f.Text(), address, t.State, v)
	var last *site.LastBackendError
	switch {
	case errors.As(err, &last):
		return fmt.Errorf("%s stays in: of %s on %s, %w: %s would have no backend",
			t.Host, d.Name, h.Name, err, d.Nginx.ServerNames[0])
	case err != nil:
		return f.Errorf("%w; odooctl apply brings the site up to date", err)
	}
	if t.State == site.Up || t.State == site.Spare {
		for _, b := range site.At(text, address) {
			getsAnswer(h, d, t.Host+" answers nginx", b)
		}
	}
	write(h, f.Path(), noted(h, text, address, t.State != site.Up, t.By), t.why())
	reseal(h, l)
	return nil
}

// decided reports whether a person took a subject out of service.
func decided(text, subject string) bool {
	n, ok := site.Notes(text)[subject]
	return ok && n.Run == ""
}

// noted adds who took a subject out of service, or removes that. Without a name, as in a
// playbook of the operator's, there is no note.
func noted(h *tasks.Host, text, subject string, out bool, by site.Note) string {
	if !out || by.Who == "" {
		return site.WithNote(text, subject, nil)
	}
	if by.Since.IsZero() {
		by.Since = h.Now
	}
	return site.WithNote(text, subject, &by)
}

func (t *Drain) why() string {
	switch t.State {
	case site.Up:
		return t.Host + " gets requests again"
	case site.Spare:
		return t.Host + " gets requests on the ports of its spare"
	}
	return t.Host + " gets no new requests"
}

//go:embed answers.sh
var answersProgram string

// answering is how long an Odoo may take until it answers nginx, in seconds. It has
// answered on its own host before.
const answering = 60

// enough is how many answers in a row show that an Odoo serves its database, whichever of its
// processes is asked.
const enough = 8

// getsAnswer tests before nginx is touched that one of these backends answers: an Odoo that
// was put back may not have started yet, and after a restart of PostgreSQL its processes have
// lost their connections. Where no name shows one database, only that Odoo answers is
// known.
func getsAnswer(h *tasks.Host, d *inventory.Deployment, title string, backends ...string) {
	name, shows := odoo.NameOf(h, d)
	words := []string{name, strconv.Itoa(answering), "/web/health", "1"}
	if shows {
		words = []string{name, strconv.Itoa(answering), "/web/login", strconv.Itoa(enough)}
	}
	h.Check(tasks.Check{Unit: Unit, Title: title, Run: "sh -c " + shell.Quote(answersProgram) + " sh " +
		shell.Words(append(words, backends...)...)})
}

// OnSpare reports whether nginx on a host, as it was read, passes requests of a deployment to
// the spare of one of its Odoo hosts.
func OnSpare(h *tasks.Picture, d *inventory.Deployment, to *inventory.Host) bool {
	for backend, state := range site.States(h.Was(layoutOf(h.Host).file(d))) {
		if state == site.Spare && site.HostOf(backend) == odoo.AddressOf(to, d) {
			return true
		}
	}
	return false
}

// Passes reports whether nginx on a host, as it was read, passes requests of a deployment to
// one of its Odoo hosts.
func Passes(h *tasks.Picture, d *inventory.Deployment, to *inventory.Host) bool {
	return len(site.At(h.Was(layoutOf(h.Host).file(d)), odoo.AddressOf(to, d))) > 0
}

// AllServe reports whether in a deployment's nginx, as it was read, no host is out of service
// and no page is shown.
func AllServe(h *tasks.Picture, d *inventory.Deployment) bool {
	text := h.Was(layoutOf(h.Host).file(d))
	return site.Serving(text) == text
}

// LeftOut returns what an earlier run left out of service in a deployment's nginx, as it was
// read: its notes, by the addresses of hosts and site.Shown. What a person took out is not
// among them.
func LeftOut(h *tasks.Picture, d *inventory.Deployment) map[string]site.Note {
	list := site.Notes(h.Was(layoutOf(h.Host).file(d)))
	maps.DeleteFunc(list, func(_ string, n site.Note) bool { return n.Run == "" })
	return list
}

// kept keeps drained hosts drained, with a warning: whoever works on a host would be
// surprised by requests. If no other host would be left, draining ends.
func kept(h *tasks.Host, l layout, d *inventory.Deployment, s *site.Site) {
	states := site.States(h.File(l.file(d)).Text())
	for b := range states {
		if !slices.Contains(s.HTTP, b) && !slices.Contains(s.Chat, b) {
			delete(states, b)
		}
	}
	for _, group := range [][]string{s.HTTP, s.Chat} {
		if len(group) > 0 && !slices.ContainsFunc(group, func(b string) bool { return states[b].Serves() }) {
			return
		}
	}
	s.States = states
	for _, o := range outOf(h.File(l.file(d)).Text(), d) {
		if o.Host != "" {
			h.Warn("%s", o)
		}
	}
}
