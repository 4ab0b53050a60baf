package odoo

import (
	"fmt"
	"strconv"
	"strings"

	"odooctl/inventory"
	"odooctl/remote/shell"
	"odooctl/tasks"
	"odooctl/tasks/tunnel"
)

// Watch asks for what Services and Tunnels tell, in one round, and changes nothing.
type Watch struct{}

// Plan implements tasks.Task.
func (Watch) Plan(h *tasks.Host) error {
	for _, i := range Instances(h) {
		h.Output(requests(i.Deployment))
		for _, p := range i.uses() {
			p.use.Watch(h)
		}
		if i.tunnels(h) {
			tunnel.Watch(h, i.Deployment, i.odooOf())
		}
	}
	return nil
}

// Watched is one of the services of a deployment's Odoo on a host.
type Watched struct {
	tasks.Service
	Deployment string
	Does       string // "" = all, or HTTP; scheduled jobs; live chat
	Version    string // of the first of them, as are the others
	Source     string // the revision that it runs from; "" = a package
	Mode       inventory.Mode
	Workers    int // of HTTP, as the inventory and the machine want them; 0 = one process for everything
	Busy       int // requests that are at work, or wait for a worker; -1 = not known
}

// used is one of the services, and what it reads.
type used struct {
	does string
	use  tasks.Use
}

// uses lists the services of an Odoo by its mode, the one for HTTP first.
func (i Instance) uses() []used {
	of := func(does, unit string, more ...string) used {
		return used{does, tasks.Use{Unit: unit, Files: append([]string{i.Config, unitFile(unit)}, more...),
			Log: fmt.Sprintf("%s tail -n 1 %s", i.as(), shell.Quote(i.Log))}}
	}
	if i.Odoo.Runs() != inventory.ModeWSGI {
		return []used{of("", i.Unit)}
	}
	return []used{of("", i.Unit, i.entry()), of("scheduled jobs", i.beside("cron")), of("live chat", i.beside("chat"))}
}

// requests prints a line for each connection to the port for HTTP: a worker has one at a time,
// and those that wait for one are there, too.
func requests(d *inventory.Deployment) string {
	http, _ := d.Odoo.Ports()
	return fmt.Sprintf("ss -Htn state established 'sport = :%d'", http)
}

// busy counts the lines of requests; -1 where the host has no ss.
func busy(h *tasks.Host, d *inventory.Deployment) int {
	text, _ := h.Output(requests(d))
	http, _ := d.Odoo.Ports()
	n := 0
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 4 || !strings.HasSuffix(f[2], ":"+strconv.Itoa(http)) {
			return -1
		}
		n++
	}
	return n
}

// Services tells how each Odoo of a host is.
func Services(h *tasks.Host) (list []Watched) {
	for _, i := range Instances(h) {
		for n, u := range i.uses() {
			s := Watched{Service: u.use.Service(h), Deployment: i.Name, Does: u.does, Mode: i.Odoo.Runs(), Busy: -1}
			if n > 0 && s.Condition == tasks.Missing {
				continue // it has nothing to do, or the plan makes it
			}
			if n == 0 {
				s.Version, s.Source, s.Busy = i.version(h), SourceOf(h, i.Deployment), busy(h, i.Deployment)
				if p, err := ProcessesOf(h, i.Deployment); err == nil {
					s.Workers = p.Workers
				}
			}
			list = append(list, s)
		}
	}
	return list
}

// version is the series that an Odoo is of: the package's own word, or the inventory's.
func (i Instance) version(h *tasks.Host) string {
	if f, err := h.Facts(); err == nil && i.Odoo.Source() == nil {
		return Packaged(f)
	}
	return i.Odoo.Version
}

// Tunnels tells how the tunnels of a host's Odoos are.
func Tunnels(h *tasks.Host) (list []tunnel.Watched) {
	for _, i := range Instances(h) {
		if i.tunnels(h) {
			list = append(list, tunnel.ServiceOf(h, i.Deployment, i.odooOf()))
		}
	}
	return list
}
