package nginx

import (
	"fmt"
	"slices"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/nginx/site"
	"odooctl/tasks/odoo"
)

// Look reads the sites of a host and changes nothing: for OutOfService.
type Look struct{}

// Plan implements tasks.Task.
func (Look) Plan(h *tasks.Host) error {
	l := layoutOf(h)
	for _, d := range h.NginxOf() {
		h.File(l.file(d))
	}
	return nil
}

// Out is something that an nginx has out of service: an Odoo host, or a whole deployment.
type Out struct {
	Deployment string
	Host       string    // "" = the maintenance page is shown
	Spare      bool      // a spare Odoo of the host gets its requests
	Note       site.Note // zero where nobody says who did it
}

// OutOfService lists what the nginx of a host has out of service, as it was read.
func OutOfService(h *tasks.Picture) (list []Out) {
	for _, d := range h.NginxOf() {
		if d.Odoo != nil {
			list = append(list, outOf(h.Was(layoutOf(h.Host).file(d)), d)...)
		}
	}
	return list
}

// SitesOf lists the deployments that the nginx of a host has a site of, as it was read.
func SitesOf(h *tasks.Picture) (names []string) {
	for _, d := range h.NginxOf() {
		if h.Was(layoutOf(h.Host).file(d)) != "" {
			names = append(names, d.Name)
		}
	}
	return names
}

// outOf lists what the file of a site has out of service.
func outOf(text string, d *inventory.Deployment) (list []Out) {
	states, notes := site.States(text), site.Notes(text)
	for _, o := range d.Odoo.Hosts {
		address := odoo.AddressOf(o, d)
		for b := range states {
			out := Out{d.Name, o.Name, states[b] == site.Spare, notes[address]}
			if site.HostOf(b) == address && !slices.Contains(list, out) {
				list = append(list, out)
			}
		}
	}
	if site.InMaintenance(text) {
		list = append(list, Out{Deployment: d.Name, Note: notes[site.Shown]})
	}
	return list
}

// Next says what brings it back.
func (o Out) Next() string {
	switch {
	case o.Note.Run != "":
		return "odooctl resume " + o.Note.Run
	case o.Host == "":
		return "odooctl maintenance --off"
	}
	return "odooctl undrain"
}

// String says it to a person.
func (o Out) String() string {
	text, brings := o.Host+" of "+o.Deployment+" gets no requests", "sends it requests again"
	switch {
	case o.Host == "":
		text, brings = o.Deployment+" shows its maintenance page", "removes it"
	case o.Spare:
		text = o.Host + " of " + o.Deployment + " has its spare answer requests"
	}
	switch {
	case o.Note.Run != "":
		return fmt.Sprintf("%s, %s: if that has ended, %s or the next apply %s", text, o.Note, o.Next(), brings)
	case o.Note.Who != "":
		return fmt.Sprintf("%s, %s: %s %s", text, o.Note, o.Next(), brings)
	case o.Host == "":
		return fmt.Sprintf("%s, and %s %s", text, o.Next(), brings)
	}
	return fmt.Sprintf("%s: it was taken out, and %s %s", text, o.Next(), brings)
}
