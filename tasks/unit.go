package tasks

import (
	"errors"
	"fmt"
	"strings"

	"odooctl/remote/shell"
)

const kindUnit = "unit"

var units = &Kind{Name: kindUnit, Read: readUnits, Learn: learnUnits, Show: showUnit, Compile: makeUnit}

// unit is a systemd service: whether it is enabled, and whether it runs.
type unit struct {
	Enabled bool
	Active  bool
	Masked  bool
	Static  bool // has nothing to enable

	health health // when it was read; no task changes it
}

func (u unit) Same(s State) bool {
	o, ok := s.(unit)
	u.health, o.health = health{}, health{}
	return ok && u == o
}

// Unit is a systemd service of a host, to read and to edit.
type Unit struct {
	h    *Host
	name string
}

// Unit returns the service of that name, such as nginx.service.
func (h *Host) Unit(name string) *Unit {
	h.get(key{kindUnit, name})
	return &Unit{h, name}
}

// Exists reports whether systemd knows the unit.
func (u *Unit) Exists() bool { return u.h.get(key{kindUnit, u.name}) != nil }

// Active reports whether the unit runs, or is about to.
func (u *Unit) Active() bool { return u.state().Active }

// Masked reports whether an administrator has masked the unit.
func (u *Unit) Masked() bool { return u.state().Masked }

// Run ensures that the unit is enabled and running. A missing or masked unit is an
// error.
func (u *Unit) Run() error { return u.run(true) }

// Start ensures that the unit is running, and leaves to others what starts it with the machine.
func (u *Unit) Start() error { return u.run(false) }

func (u *Unit) run(enabled bool) error {
	s, ok := u.h.get(key{kindUnit, u.name}).(unit)
	switch {
	case !ok && u.h.asked[key{kindUnit, u.name}]:
		return ErrUnread
	case !ok:
		return fmt.Errorf("there is no unit %s; is the package installed?", u.name)
	case s.Masked:
		return fmt.Errorf("%s is masked; unmask it with `systemctl unmask %s` if that is not wanted any more",
			u.name, u.name)
	}
	s.Enabled, s.Active = s.Enabled || enabled && !s.Static, true
	u.h.set(key{kindUnit, u.name}, s)
	return nil
}

// Pause stops the unit until a later stage of the same run starts it again. It does
// nothing if there is no such unit.
func (u *Unit) Pause() {
	if s, ok := u.h.get(key{kindUnit, u.name}).(unit); ok {
		s.Active = false
		u.h.set(key{kindUnit, u.name}, s)
	}
}

// Stop ensures that the unit does not run, now and after a reboot. It does nothing if
// there is no such unit.
func (u *Unit) Stop() {
	s, ok := u.h.get(key{kindUnit, u.name}).(unit)
	if !ok {
		return
	}
	s.Active = false
	s.Enabled = false
	u.h.set(key{kindUnit, u.name}, s)
}

func (u *Unit) state() unit {
	s, _ := u.h.get(key{kindUnit, u.name}).(unit)
	return s
}

// readUnits asks for all units in one call. systemctl show succeeds for unknown units
// too and prints one block for each, in the order of its arguments.
func readUnits(a Asked) string {
	names := a.Of(kindUnit)
	if len(names) == 0 {
		return ""
	}
	return "part units\nsystemctl show --no-pager -p Id," + unitProperties + " -- " + shell.Words(names...) + "\n"
}

func learnUnits(h *Host, a Answers) error {
	text, names := a.Part("units"), a.Of(kindUnit)
	if len(names) > 0 && strings.TrimSpace(text) == "" {
		return errors.New("read units: systemctl said nothing: systemd, which starts and watches the services, does not " +
			"run on this host; what does, `ps -p 1` says there")
	}
	blocks := strings.Split(strings.TrimSpace(text), "\n\n")
	if len(names) > 0 && len(blocks) != len(names) {
		return fmt.Errorf("read units: systemctl answered for %d of %d units: %.200q", len(blocks), len(names), text)
	}
	for i, name := range names {
		h.before[key{kindUnit, name}] = unitOf(strings.Split(blocks[i], "\n"))
	}
	return nil
}

// unitOf parses the properties of a unit; nil if systemd does not know it.
func unitOf(lines []string) State {
	p := map[string]string{}
	for _, line := range lines {
		k, v, _ := strings.Cut(strings.TrimSpace(line), "=")
		p[k] = v
	}
	if p["LoadState"] == "" || p["LoadState"] == "not-found" {
		return nil
	}
	return unit{
		Enabled: p["UnitFileState"] == "enabled" || p["UnitFileState"] == "enabled-runtime",
		Active:  runs(p["ActiveState"], p["SubState"]),
		Masked:  p["LoadState"] == "masked",
		Static:  p["UnitFileState"] != "enabled" && p["UnitFileState"] != "disabled",
		health:  healthOf(p),
	}
}

// runs reports whether a unit is up or starting. A unit that systemd keeps restarting
// is not, nor one that is stopping (org.freedesktop.systemd1(5), ActiveState).
func runs(active, sub string) bool {
	switch active {
	case "active", "reloading", "refreshing":
		return true
	case "activating":
		return sub != "" && !strings.HasPrefix(sub, "auto-restart")
	}
	return false
}

func showUnit(before, after State) (parts []string) {
	b, _ := before.(unit)
	a, _ := after.(unit)
	if b.Masked && !a.Masked {
		parts = append(parts, "unmask")
	}
	if a.Enabled != b.Enabled {
		parts = append(parts, pick(a.Enabled, "enable", "disable"))
	}
	if a.Active != b.Active {
		parts = append(parts, pick(a.Active, "start", "stop"))
	}
	return parts
}

// makeUnit adds enabling, disabling and stopping. Starting is an action, because it has
// to be proven; its undo is here.
func makeUnit(s *Script, name string, before, after State) {
	b, _ := before.(unit)
	a, has := after.(unit)
	if !has {
		s.undefine(name, b)
		return
	}
	if a.Enabled != b.Enabled {
		s.stepUndo(phaseUnits, pick(a.Enabled, "disable ", "enable ")+shell.Quote(name),
			pick(a.Enabled, "enable", "disable"), name)
	}
	switch {
	case b.Active && !a.Active:
		s.doing(phaseUnits, "stopping "+name)
		s.stepUndo(phaseUnits, "start "+shell.Quote(name), "stop", name)
	case a.Active && !b.Active:
		s.stepUndo(phaseUnits, "stop "+shell.Quote(name), "true")
	}
}

func pick[T any](cond bool, yes, no T) T {
	if cond {
		return yes
	}
	return no
}
