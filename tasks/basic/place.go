package basic

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"odooctl/tasks"
)

// checkPath refuses anything but a plain absolute path.
func checkPath(task, p string) error {
	if !path.IsAbs(p) || path.Clean(p) != p || p == "/" ||
		strings.ContainsFunc(p, func(r rune) bool { return r < ' ' }) {
		return fmt.Errorf("%s: path %q is not a plain absolute path", task, p)
	}
	return nil
}

// parseMode parses a playbook's octal mode; 0 if there is none.
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

// own sets the playbook's owner, group and mode of a file; what is not given stays.
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

// Effect is what to do when a file changes.
type Effect struct {
	Check   string // shell that validates it at its path, such as `sshd -t`
	Reload  string // unit
	Restart string // unit
}

// validate refuses conflicting effects.
func (e Effect) validate(task string) error {
	switch {
	case e.Reload != "" && e.Restart != "":
		return fmt.Errorf("%s: reload and restart exclude each other", task)
	case e.Check != "" && e.Reload == "" && e.Restart == "":
		return fmt.Errorf("%s: check needs reload or restart: it runs before a unit is touched", task)
	}
	return nil
}

// ask requests the effect.
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

// whole appends a missing line break.
func whole(text string) string {
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return text
}
