package basic

import (
	"errors"
	"fmt"
	"regexp"

	"odooctl/tasks"
)

func init() {
	tasks.Register("unit", "a systemd unit that runs, or one that does not; with a definition of yours",
		func() tasks.Task { return &Unit{} })
}

// Unit manages one unit: `unit: {name: redis-server.service}` is enabled and running.
type Unit struct {
	Name       string `yaml:"name"`
	Definition string `yaml:"definition"` // text of its file in /etc/systemd/system
	DropIn     string `yaml:"drop_in"`    // text added to a unit that others define
	Stopped    bool   `yaml:"stopped"`    // neither running nor enabled
}

// unitName matches what systemd.unit(5) allows, for the types that can be started.
var unitName = regexp.MustCompile(`^[A-Za-z0-9:_.@\\-]+\.(service|socket|timer|path|mount|target)$`)

// Validate checks the arguments of the playbook.
func (u *Unit) Validate() error {
	switch {
	case !unitName.MatchString(u.Name):
		return fmt.Errorf("unit: %q is not a unit name: want one such as redis-server.service", u.Name)
	case u.Definition != "" && u.DropIn != "":
		return errors.New("unit: definition and drop_in exclude each other")
	}
	return nil
}

// Plan implements tasks.Task.
func (u *Unit) Plan(h *tasks.Host) error {
	unit := h.Unit(u.Name)
	switch {
	case u.Definition != "":
		unit.Define(whole(u.Definition))
	case u.DropIn != "":
		unit.DropIn("odooctl-playbook", whole(u.DropIn))
	}
	if u.Stopped {
		unit.Stop()
		return nil
	}
	return unit.Run()
}
