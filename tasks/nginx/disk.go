package nginx

import (
	"fmt"
	"path"
	"regexp"
	"strconv"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/nginx/site"
	"odooctl/tasks/odoo"
)

// fromDisk fills in what nginx reads from the disk that it shares with Odoo:
// static files of modules, and attachments.
func fromDisk(h *tasks.Host, d *inventory.Deployment, s *site.Site) error {
	if serves(h, d) {
		for _, root := range odoo.AddonsPaths(d) {
			if why := shut(h, root); why != "" {
				h.Warn("%s: Odoo serves the static files of %s itself, for nginx cannot read them: %s", d.Nginx.Pos, root, why)
				continue
			}
			s.StaticRoots = append(s.StaticRoots, root)
		}
	}
	if !d.Nginx.XSendfile {
		return nil
	}
	if s.Odoo < 16 {
		return fmt.Errorf("%s: x_sendfile came with Odoo 16, and %s has %d", d.Nginx.Pos, d.Name, s.Odoo)
	}
	data := odoo.DataOf(h, d)
	s.Filestore = data + "/filestore"
	return letIn(h, d, data)
}

// look asks for what fromDisk wants to know, with everything else.
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

// serves reports whether nginx reads static files itself: where it has the code.
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

// shut says why nginx, as anybody else, cannot read in a directory; "" = it can.
func shut(h *tasks.Host, dir string) (why string) {
	for p, need := dir, int64(0o5); p != "/"; p, need = path.Dir(p), 0o1 {
		a, ok := h.Stat(p)
		if !ok {
			continue // not read yet, or not there: nginx asks Odoo
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

// letIn lets nginx pass through Odoo's data directory, which Odoo makes for itself
// alone: its group becomes that of nginx, which may enter and not list it. What is
// in it keeps its own modes: sessions stay closed, and the filestore is as readable
// as Odoo makes it.
func letIn(h *tasks.Host, d *inventory.Deployment, data string) error {
	group := nginxGroup(h.File(configuration).Text())
	for p := path.Dir(data); p != "/"; p = path.Dir(p) {
		if a, ok := h.Stat(p); ok && mode(a)&0o1 == 0 && !(a.Group == group && mode(a)&0o10 != 0) {
			return fmt.Errorf("%s: x_sendfile: nginx cannot pass through %s on %s (%s %s:%s); chmod o+x it, or set data_dir to another place", d.Nginx.Pos, p, h.Name, a.Mode, a.Owner, a.Group)
		}
	}
	a, ok := h.Stat(data)
	switch {
	case !ok && h.Host != d.Odoo.Hosts[0] && serves(h, d):
		return fmt.Errorf("%s: x_sendfile: there is no %s on %s: mount it there, or leave x_sendfile out", d.Nginx.Pos, data, h.Name)
	case !ok:
		h.Unknown("how nginx reads %s, which Odoo makes when it starts", data)
	case mode(a)&0o1 == 0 && !(a.Group == group && mode(a)&0o10 != 0):
		h.Directory(data, a.Owner, group, uint32(mode(a)|0o10))
	}
	return nil
}

var userLine = regexp.MustCompile(`(?m)^\s*user\s+(\S+?)(?:\s+(\S+?))?\s*;`)

// nginxGroup is the group of the workers by nginx.conf: that of the user where the
// line names none (nginx documentation, core functionality, "user").
func nginxGroup(text string) string {
	switch m := userLine.FindStringSubmatch(text); {
	case m == nil:
		return "nobody"
	case m[2] != "":
		return m[2]
	default:
		return m[1]
	}
}
