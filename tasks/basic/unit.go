package basic

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

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
	return wellFormed(u.Name, u.Definition+u.DropIn, u.Definition != "")
}

// wellFormed is an error for a unit's text that systemd would refuse or read nothing of (systemd.syntax(7),
// systemd.service(5)). What its keys mean systemd-analyze says on the host, before a file is in place.
func wellFormed(name, text string, whole bool) error {
	section, runs := "", false
	goesOn := false
	for i, line := range strings.Split(text, "\n") {
		body := strings.TrimSpace(line)
		continues := goesOn
		if comment := body == "" || body[0] == '#' || body[0] == ';'; comment || continues {
			goesOn = continues && (comment && body != "" || strings.HasSuffix(body, `\`))
			continue
		}
		goesOn = strings.HasSuffix(body, `\`)
		if body[0] == '[' && strings.HasSuffix(body, "]") {
			section = body
			continue
		}
		key, _, is := strings.Cut(body, "=")
		switch {
		case !is:
			return fmt.Errorf("unit %s: line %d is neither [Section] nor Key=value: %.40q", name, i+1, body)
		case section == "":
			return fmt.Errorf("unit %s: line %d comes before any [Section], and systemd reads nothing of it", name, i+1)
		}
		switch strings.TrimSpace(key) {
		case "ExecStart", "ExecStop", "SuccessAction":
			runs = true
		}
	}
	if whole && strings.HasSuffix(name, ".service") && !runs {
		return fmt.Errorf("unit %s: the definition has no ExecStart in [Service]: systemd would refuse it", name)
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
	if u.Definition+u.DropIn != "" && !strings.Contains(u.Name, "@.") { // systemd verifies no template
		h.Check(tasks.VerifyUnit(u.Name))
	}
	return unit.Run()
}
