package nginx

import (
	_ "embed"
	"fmt"
	"slices"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/nginx/site"
)

func init() {
	tasks.Register("nginx.maintenance",
		"a deployment's nginx answers 503 with a page for people, or passes requests to Odoo again",
		func() tasks.Task { return &Maintenance{} })
}

// Maintenance closes a deployment's site, or opens it again, and changes nothing else.
// Site keeps what Maintenance did. Service has to follow, as with Drain.
type Maintenance struct {
	Deployment string `yaml:"deployment"`
	Off        bool   `yaml:"off"` // open it again

	// By is who does that. What it does for a run leaves alone what a person has done.
	By site.Note `yaml:"-"`
}

//go:embed maintenance.html
var ownPage string

// pages is the folder of the deployments' pages. A page stays when the site is opened
// again: old workers may still serve it after a reload.
const pages = "/var/www/odooctl-maintenance"

func pageOf(d *inventory.Deployment) string { return pages + "/" + d.Name + ".html" }

// Plan implements tasks.Task. It fails if nginx has no site of the deployment yet.
func (t *Maintenance) Plan(h *tasks.Host) error {
	i := slices.IndexFunc(h.NginxOf(), func(d *inventory.Deployment) bool { return d.Name == t.Deployment })
	if i < 0 {
		return nil // another deployment's nginx
	}
	d := h.NginxOf()[i]
	l := layoutOf(h)
	f := h.File(l.file(d))
	if !t.Off {
		h.Directory(pages, "root", "root", 0o755)
		h.File(pageOf(d)) // read in the same round
	}
	if !f.Exists() || generation(h) == "" {
		return noSite(h, d)
	}
	if t.By.Run != "" && decided(f.Text(), site.Shown) {
		return nil
	}
	if t.Off {
		return away(h, l, d)
	}
	return up(h, l, d, t.By)
}

// NoSiteError means that nginx has no site of a deployment yet.
type NoSiteError struct{ Host, Deployment string }

func (e *NoSiteError) Error() string {
	return fmt.Sprintf("nginx on %s has no site of %s yet; odooctl apply makes it", e.Host, e.Deployment)
}

func noSite(h *tasks.Host, d *inventory.Deployment) error { return &NoSiteError{h.Name, d.Name} }

// up makes a site answer with its page.
func up(h *tasks.Host, l layout, d *inventory.Deployment, by site.Note) error {
	f := h.File(l.file(d))
	text, err := withPage(h, d, f.Text())
	if err != nil {
		return err
	}
	write(h, f.Path(), noted(h, text, site.Shown, true, by), d.Name+" shows its maintenance page")
	reseal(h, l)
	return nil
}

// away makes a site pass requests to Odoo again.
func away(h *tasks.Host, l layout, d *inventory.Deployment) error {
	f := h.File(l.file(d))
	text, err := site.SetMaintenance(f.Text(), nil)
	if err != nil {
		return f.Errorf("%w", err)
	}
	if site.InMaintenance(f.Text()) {
		for _, group := range site.Backends(text) {
			if len(group) > 0 {
				getsAnswer(h, d, "Odoo of "+d.Name+" answers nginx", group...)
			}
		}
	}
	write(h, f.Path(), noted(h, text, site.Shown, false, site.Note{}), d.Name+" is open again")
	reseal(h, l)
	return nil
}

// withPage is the text of a site with its page, whose file it also sets.
func withPage(h *tasks.Host, d *inventory.Deployment, text string) (string, error) {
	m := d.Nginx.Maintenance
	page := ownPage
	if !m.Page.IsZero() {
		own, err := m.Page.Read()
		if err != nil {
			return "", fmt.Errorf("%s: maintenance page: %w", d.Nginx.Pos, err)
		}
		page = string(own)
	}
	f, err := h.Facts()
	if err != nil {
		return "", err
	}
	to := &site.Maintenance{Page: pageOf(d)}
	for _, r := range m.Allow {
		to.Allow = append(to.Allow, r.String())
	}
	if len(to.Allow) > 0 && slices.Contains(f.Of("lacks"), "geo") {
		h.Warn("%s: %s lets nobody in during maintenance: nginx was built without geo, as nginx-light of Debian 11; "+
			"install nginx-core", d.Nginx.Pos, d.Name)
		to.Allow = nil
	}
	h.Directory(pages, "root", "root", 0o755)
	h.File(to.Page).SetText(page).Own("root", "root", 0o644)
	text, err = site.SetMaintenance(text, to)
	if err != nil {
		return "", fmt.Errorf("the site of %s on %s: %w; odooctl apply brings it up to date", d.Name, h.Name, err)
	}
	return text, nil
}

// keptClosed keeps a site in maintenance, with a warning.
func keptClosed(h *tasks.Host, l layout, d *inventory.Deployment, text string) (string, error) {
	if !site.InMaintenance(h.File(l.file(d)).Text()) {
		return text, nil
	}
	for _, o := range outOf(h.File(l.file(d)).Text(), d) {
		if o.Host == "" {
			h.Warn("%s", o)
		}
	}
	return withPage(h, d, text)
}
