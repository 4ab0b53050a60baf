package odoo

import (
	_ "embed"
	"fmt"
	"strings"

	"odooctl/inventory"
	"odooctl/remote/shell"
	"odooctl/tasks"
	"odooctl/tasks/odoo/conf"
)

func init() {
	tasks.Register("odoo.spare", "a second Odoo of a deployment serves beside the one that is to be restarted, or ends",
		func() tasks.Task { return &Spare{} })
}

// Spare starts a second Odoo of a deployment, on ports of its own, and proves that it
// serves as its Odoo should; or ends it. It runs no scheduled jobs, which would run twice.
// It is enabled: after a power cut nginx still passes requests to it.
type Spare struct {
	Deployment string `yaml:"deployment"`
	Off        bool   `yaml:"off"`  // end it
	Same       bool   `yaml:"same"` // with odoo.conf as it is, for what the new one names comes later
}

// Plan implements tasks.Task. It fails with a *NoRoomError if the host's memory is too
// little. A spare that runs is left as it is: it may serve.
func (t *Spare) Plan(h *tasks.Host) error {
	for _, i := range Instances(h) {
		switch {
		case i.Name != t.Deployment:
		case t.Off:
			h.Unit(i.spare()).Undefine()
			h.File(spareConfig(i.Name)).Remove()
		default:
			return i.startSpare(h, t.Same)
		}
	}
	return nil
}

// spare is the unit of the Instance's spare.
func (i Instance) spare() string { return i.beside(spares) }

const spares = "spare"

// spareConfig is a name that no deployment's own configuration has.
func spareConfig(deployment string) string { return "/etc/odoo/" + spares + "@" + deployment + ".conf" }

func (i Instance) startSpare(h *tasks.Host, same bool) error {
	unit, f := h.Unit(i.spare()), h.File(spareConfig(i.Name)).Hide(hiding(i.Odoo))
	text := h.File(i.Config).Text()
	i.roomOf(h)
	askConnections(h, i.Deployment)
	if ok, err := ready(h, i.Deployment); !ok {
		return err
	}
	major, err := Major(h, i.Deployment)
	if err != nil {
		return err
	}
	count, err := ProcessesOf(h, i.Deployment)
	if err != nil {
		return err
	}
	needs, err := i.needs(h)
	if err != nil || unit.Active() {
		return err
	}
	if err := Room(h, i.Deployment); err != nil {
		return err
	}
	if !same {
		list, err := settings(h, i, major, text)
		if err != nil {
			return err
		}
		if text, err = conf.Render(major, list); err != nil {
			return err
		}
	}
	f.SetText(text).Own("root", i.User, 0o640)
	i.Config = f.Path()
	p := i.standIn(h, major, count)
	unit.Define(i.text(p, needs, i.patience(h, major)))
	if err := unit.Run(); err != nil {
		return err
	}
	h.Check(tasks.Check{Unit: p.Unit, Title: "odoo reads " + i.Config,
		Run: i.asks(i.python(major), "reads", i.Config), Live: i.renews(h)})
	h.Check(tasks.VerifyUnit(p.Unit))
	h.Prove(p.Unit, tasks.Proof{After: p.Ready, Within: 120, Log: tasks.Log{File: i.Log, User: i.User}})
	http, _ := i.Odoo.Ports()
	h.Gate(tasks.Gate{Title: "the login page of the spare of " + i.Name + " has its form",
		Run: i.serves(h, i.spare(), inventory.SparePort(http), major)})
	return nil
}

// standIn is the process of the spare, which has a configuration of its own.
func (i Instance) standIn(h *tasks.Host, major int, count Processes) process {
	http, chat := i.Odoo.Ports()
	http, chat = inventory.SparePort(http), inventory.SparePort(chat)
	serves := []question{{i.spare(), http, healthOf(major)}}
	if count.Chat() {
		serves = append(serves, question{i.spare(), chat, i.chatHealth(h, major)})
	}
	option, _ := conf.Lookup("gevent_port")
	return process{Unit: i.spare(), For: "the spare, which serves while the other restarts",
		Exec: fmt.Sprintf("%s %s=%d --%s=%d --max-cron-threads=0", i.odoo(), httpPort(major), http,
			strings.ReplaceAll(option.NameIn(major), "_", "-"), chat),
		Ready: i.answers(h, serves...)}
}

//go:embed room.sh
var roomProgram string

// roomOf returns what room.sh says of the host.
func (i Instance) roomOf(h *tasks.Host) string {
	text, _ := h.Output("sh -c " + shell.Quote(roomProgram) + " room " + shell.Words(i.Unit, i.spare()))
	return text
}

// looks reads what a spare of the Odoo would need, and warns of one that is left.
func (i Instance) looks(h *tasks.Host) {
	if i.Odoo.Rolling.Spare {
		i.roomOf(h)
	}
	if h.File(units + i.spare()).Exists() {
		h.Warn("a spare Odoo of %s is left from a run that did not end: the next apply ends it", i.Name)
	}
}

// NoRoomError means that a host's memory does not do for a spare.
type NoRoomError struct {
	Host, Deployment string
	Needs, Available int64 // bytes; 0 = not known
}

func (e *NoRoomError) Error() string {
	if e.Needs == 0 {
		return fmt.Sprintf("how much memory a spare Odoo of %s needs on %s is not known", e.Deployment, e.Host)
	}
	return fmt.Sprintf("a spare Odoo of %s needs about %d MiB, and %s has %d MiB left", e.Deployment, e.Needs>>20, e.Host,
		e.Available>>20)
}

// Room compares what a spare of a deployment needs with what its host has left, as it was
// read: each process as much as those that run have now, on average. What they share counts
// for each, which leaves some room. It fails with a *NoRoomError, or with ErrUnread.
func Room(h *tasks.Host, d *inventory.Deployment) error {
	i := InstanceOf(h, d)
	count, err := ProcessesOf(h, d)
	if err != nil {
		return err
	}
	processes := int64(1)
	if count.Chat() {
		processes += int64(count.Workers) + 1
	}
	var available, used, running int64
	var state string
	fmt.Sscan(i.roomOf(h), &available, &used, &running, &state) // what is missing stays 0
	if state == "active" {
		return nil
	}
	need := &NoRoomError{Host: h.Name, Deployment: d.Name, Available: available << 10}
	if running > 0 {
		need.Needs = used << 10 / running * processes
	}
	if need.Needs == 0 || need.Needs > need.Available {
		return need
	}
	return nil
}

// HasSpare reports whether the spare of a deployment was left on a host, as it was read.
func HasSpare(h *tasks.Picture, d *inventory.Deployment) bool {
	return h.Was(units+InstanceOf(h.Host, d).spare()) != ""
}
