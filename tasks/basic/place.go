package basic

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"odooctl/tasks"
)

// checkPath refuses what is no plain absolute path on a host.
func checkPath(task, p string) error {
	if !path.IsAbs(p) || path.Clean(p) != p || p == "/" ||
		strings.ContainsFunc(p, func(r rune) bool { return r < ' ' }) {
		return fmt.Errorf("%s: path %q is not a plain absolute path", task, p)
	}
	return nil
}

// parseMode reads an octal mode as playbooks give it; 0 where none is given.
func parseMode(task, text string) (uint32, error) {
	if text == "" {
		return 0, nil
	}
	m, err := strconv.ParseUint(text, 8, 16)
	if err != nil || m > 0o7777 {
		return 0, fmt.Errorf("%s: mode %q is not octal; quote it: \"0644\"", task, text)
	}
	return uint32(m), nil
}

// own gives a file what a playbook says of its owner, group and mode; what it does
// not say stays.
func own(f *tasks.File, owner, group string, mode uint32) {
	o, g, m := f.Owner()
	if owner != "" {
		o = owner
	}
	if group != "" {
		g = group
	}
	if mode != 0 {
		m = mode
	}
	f.Own(o, g, m)
}

// Effect is what a playbook wants done when a file changes.
type Effect struct {
	Check   string // shell that validates it at its path, such as `sshd -t`
	Reload  string // unit
	Restart string // unit
}

// validate refuses what cannot be done together.
func (e Effect) validate(task string) error {
	switch {
	case e.Reload != "" && e.Restart != "":
		return fmt.Errorf("%s: reload and restart exclude each other", task)
	case e.Check != "" && e.Reload == "" && e.Restart == "":
		return fmt.Errorf("%s: check needs reload or restart: it runs before a unit is touched", task)
	}
	return nil
}

// ask asks for it.
func (e Effect) ask(h *tasks.Host, why string) {
	unit, verb := e.Reload, tasks.Reload
	if e.Restart != "" {
		unit, verb = e.Restart, tasks.Restart
	}
	if unit != "" {
		h.Notify(unit, verb, why)
	}
	if e.Check != "" {
		h.Check(tasks.Check{Unit: unit, Title: e.Check, Run: e.Check})
	}
}

// whole ends a text with a line break.
func whole(text string) string {
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return text
}
