package odoo

import (
	"bytes"
	"embed"
	"fmt"
	"net"
	"strconv"
	"strings"
	"text/template"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/odoo/version"
)

//go:embed entry.py.tmpl
var entryFile embed.FS

var entryTemplate = template.Must(template.ParseFS(entryFile, "entry.py.tmpl"))

// entry is the Python module from which gunicorn loads Odoo's application.
func (i Instance) entry() string {
	return strings.TrimSuffix(i.Config, ".conf") + "_wsgi.py"
}

// entryText is the module's text for a major version, based on its
// odoo-wsgi.example.py.
func (i Instance) entryText(major int) (string, error) {
	var b bytes.Buffer
	err := entryTemplate.Execute(&b, struct {
		Major       int
		Config, Log string
		version.Entry
	}{major, i.Config, i.Log, version.Of(major).Entry})
	return b.String(), err
}

// gunicorn is the command line that serves HTTP in wsgi mode. gunicorn gets as
// arguments what Odoo's own workers read from odoo.conf: limit_time_real is its
// timeout, limit_request the life of a worker.
func (i Instance) gunicorn(h *tasks.Host, major int, p Processes) string {
	http, _ := i.Odoo.Ports()
	address := i.configured(h, major, "http_interface")
	if address == "" {
		address = "0.0.0.0"
	}
	requests, _ := strconv.Atoi(i.configured(h, major, "limit_request"))
	seconds := i.configured(h, major, "limit_time_real")
	module := strings.TrimSuffix(i.entry()[strings.LastIndex(i.entry(), "/")+1:], ".py")
	return fmt.Sprintf("%s --bind %s --workers %d --timeout %s --graceful-timeout %s --max-requests %d "+
		"--max-requests-jitter %d --worker-tmp-dir /dev/shm --pythonpath /etc/odoo %s",
		i.gunicornProgram(), net.JoinHostPort(address, strconv.Itoa(http)),
		max(p.Workers, 1), seconds, seconds, requests, requests/10, module)
}

// gunicornProgram is the host's, or that of the virtual environment, which may have the
// host's package without a program of its own.
func (i Instance) gunicornProgram() string {
	if i.Python != "" {
		return i.Python + " -m gunicorn"
	}
	return gunicorn
}

const gunicorn = "/usr/bin/gunicorn"

// WSGI manages the module from which gunicorn loads Odoo, for deployments in wsgi mode.
type WSGI struct{}

func init() {
	tasks.Register("odoo.wsgi", "the module from which gunicorn takes Odoo, with mode: wsgi",
		func() tasks.Task { return &WSGI{} })
}

// Plan implements tasks.Task.
func (WSGI) Plan(h *tasks.Host) error {
	for _, i := range Instances(h) {
		f := h.File(i.entry())
		if awaited(h, i.Deployment) {
			continue
		}
		if i.Odoo.Runs() != inventory.ModeWSGI {
			f.Remove()
			continue
		}
		if i.Python == "" && !h.File(gunicorn).Exists() {
			return fmt.Errorf("%s: %s has no %s, which mode: wsgi runs: install gunicorn for Python 3",
				i.Odoo.Pos, h.Name, gunicorn)
		}
		major, err := Major(h, i.Deployment)
		if err != nil {
			return err
		}
		text, err := i.entryText(major)
		if err != nil {
			return err
		}
		if f.Text() != text {
			h.Notify(i.Unit, tasks.Restart, "the WSGI module changed")
		}
		f.SetText(text)
	}
	return nil
}
