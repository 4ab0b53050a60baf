package nginx

import (
	_ "embed"
	"fmt"
	"path"
	"regexp"
	"strconv"

	"odooctl/inventory"
	"odooctl/remote/shell"
	"odooctl/tasks"
	"odooctl/tasks/nginx/site"
	"odooctl/tasks/odoo"
	odooversion "odooctl/tasks/odoo/version"
)

// fromDisk sets what nginx reads from the disk that it shares with Odoo: static files
// of modules, and attachments.
func fromDisk(h *tasks.Host, d *inventory.Deployment, s *site.Site) error {
	if serves(h, d) {
		for _, root := range odoo.AddonsPaths(d) {
			if why := shut(h, root); why != "" {
				h.Warn("%s: Odoo serves the static files of %s itself, for nginx cannot read them: %s",
					d.Nginx.Pos, root, why)
				continue
			}
			s.StaticRoots = append(s.StaticRoots, root)
		}
	}
	if !d.Nginx.XSendfile {
		return nil
	}
	if !odooversion.Of(s.Odoo).XSendfile {
		return fmt.Errorf("%s: x_sendfile came with Odoo 16, and %s has %d", d.Nginx.Pos, d.Name, s.Odoo)
	}
	data := odoo.DataOf(h, d)
	s.Filestore = data + "/filestore"
	return letIn(h, d, data)
}

// look requests what fromDisk needs, in the first round.
func look(h *tasks.Host, d *inventory.Deployment) {
	if serves(h, d) {
		for _, root := range odoo.AddonsPaths(d) {
			shut(h, root)
		}
	}
	if d.Nginx.XSendfile {
		shut(h, odoo.DataOf(h, d))
	}
}

// serves reports whether nginx serves static files itself: if it is on a host with the
// code.
func serves(h *tasks.Host, d *inventory.Deployment) bool {
	if d.Nginx.Static != nil {
		return *d.Nginx.Static
	}
	for _, o := range d.Odoo.Hosts {
		if o != h.Host {
			return false
		}
	}
	return true
}

// shut returns why nginx, as any user, cannot read a directory; "" = it can.
func shut(h *tasks.Host, dir string) (why string) {
	for p, need := dir, int64(0o5); p != "/"; p, need = path.Dir(p), 0o1 {
		a, ok := h.Stat(p)
		if !ok {
			continue // not read yet, or missing: nginx asks Odoo
		}
		if mode(a)&need != need {
			why = fmt.Sprintf("%s is %s %s:%s", p, a.Mode, a.Owner, a.Group)
		}
	}
	return why
}

func mode(a tasks.Attributes) int64 {
	m, err := strconv.ParseInt(a.Mode, 8, 32)
	if err != nil {
		return 0
	}
	return m
}

var (
	//go:embed readable.sh
	readable string
	//go:embed grant.sh
	grant string
)

// letIn lets nginx read the attachments, which are private to Odoo: by an access
// control list for nginx's user on the filestore, and search permission on its parents.
// Files that Odoo creates later inherit it. The group odoo would let nginx read the
// passwords in odoo.conf too; sessions stay private.
func letIn(h *tasks.Host, d *inventory.Deployment, data string) error {
	if _, err := h.Package("acl"); err != nil {
		return fmt.Errorf("%s: x_sendfile: %w", d.Nginx.Pos, err)
	}
	if _, ok := h.Stat(data); !ok && h.Host != d.Odoo.Hosts[0] {
		return fmt.Errorf("%s: x_sendfile: there is no %s on %s: mount it there, or leave x_sendfile out",
			d.Nginx.Pos, data, h.Name)
	}
	user := nginxUser(h.File(configuration).Text())
	probe := shell.Call(readable, "readable", user, data+"/filestore")
	h.Command(tasks.Command{
		Title:  fmt.Sprintf("let %s read the attachments in %s/filestore", user, data),
		Doing:  "letting " + user + " read the attachments",
		Run:    "root=\n" + tasks.Folders + shell.Call(grant, "grant", user, data) + " || exit 1\n" + probe,
		Unless: probe,
	})
	return nil
}

var userLine = regexp.MustCompile(`(?m)^\s*user\s+([a-z_][a-z0-9_-]*)\b`)

// nginxUser is the user of the workers, from nginx.conf (nginx documentation, core
// functionality, "user").
func nginxUser(text string) string {
	if m := userLine.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return "nobody"
}
