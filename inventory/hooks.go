package inventory

import (
	"path/filepath"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// Hooks are programs on the operator's machine that runs call: each a program and its
// arguments, or nil. A program with a slash in its name is relative to the inventory's
// folder.
type Hooks struct {
	BeforeRun   []string      `yaml:"before_run"`
	AfterRun    []string      `yaml:"after_run"`
	BeforeBatch []string      `yaml:"before_batch"`
	AfterBatch  []string      `yaml:"after_batch"`
	BeforeHost  []string      `yaml:"before_host"`
	AfterHost   []string      `yaml:"after_host"`
	Within      time.Duration `yaml:"within"` // how long each may take; 0 is a minute
	Pos         Pos           `yaml:"-"`

	at map[string]Pos // where each is, by its key
}

// At returns where a hook is, by its key such as before_run.
func (h Hooks) At(key string) Pos { return h.at[key] }

// The runs that are told about.
const (
	OnChanged = "changed" // something was changed, or failed
	OnFailed  = "failed"
	OnAlways  = "always"
)

// Notice is an address that is told how a run ended, by a POST with JSON.
type Notice struct {
	URL Secret `yaml:"url"`
	On  string `yaml:"on"` // OnChanged, OnFailed or OnAlways; "" is OnChanged
	Pos Pos    `yaml:"-"`
}

// Notices is a list of Notice.
type Notices []Notice

func (l *Notices) decodeYAML(d *decoder, n *yaml.Node) bool {
	if n.Kind != yaml.SequenceNode {
		return d.errorf(n, "%s is %s: want a list such as [{url: {secret: chat/webhook}}]", d.key(), kindName(n))
	}
	*l = make(Notices, len(n.Content))
	ok := true
	for i, item := range n.Content {
		ok = d.decode(item, &(*l)[i]) && ok
	}
	return ok
}

// readHooks checks the programs that runs call, and the addresses that they notify.
func (d *decoder) readHooks(doc *document) {
	h := &doc.Hooks
	h.at = map[string]Pos{}
	for key, argv := range map[string]*[]string{
		"before_run": &h.BeforeRun, "after_run": &h.AfterRun, "before_batch": &h.BeforeBatch,
		"after_batch": &h.AfterBatch, "before_host": &h.BeforeHost, "after_host": &h.AfterHost,
	} {
		at := d.whereOf(h.Pos, argv)
		h.at[key] = at
		switch {
		case len(*argv) == 0 && d.given(argv) && !d.bad[argv], len(*argv) > 0 && (*argv)[0] == "":
			d.errs.add(at, "hooks: %s is empty: want a program and its arguments, such as [./announce, begin]", key)
		case len(*argv) == 1 && strings.Contains((*argv)[0], " "):
			d.errs.add(at, "hooks: %s is one string: write the program and its arguments as a list, [./announce, begin]", key)
		case len(*argv) > 0 && strings.Contains((*argv)[0], "/"):
			(*argv)[0] = d.absolute(at, (*argv)[0])
			if !filepath.IsAbs((*argv)[0]) { // the inventory's own folder is relative
				(*argv)[0] = "./" + (*argv)[0]
			}
			d.wants(wanted{at: at, path: (*argv)[0], what: "the program of hooks." + key, run: true})
		}
	}
	for i := range doc.Notify {
		n := &doc.Notify[i]
		if !n.Pos.IsZero() && !d.given(&n.URL) {
			d.errs.add(n.Pos, "notify: url is missing")
		}
		switch n.On {
		case "", OnChanged, OnFailed, OnAlways:
		default:
			d.errs.add(d.whereOf(n.Pos, &n.On), "notify: on is %q: want changed, failed or always", n.On)
		}
	}
	d.inv.Hooks, d.inv.Notify = doc.Hooks, doc.Notify
}
