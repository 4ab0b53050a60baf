// Package basic holds the tasks that know no particular system: what a playbook
// of the user's own is made of.
package basic

import (
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"

	"odooctl/tasks"
)

func init() {
	tasks.Register("file", "a file with this content, owner and mode; or none", func() tasks.Task { return &File{} })
}

// File keeps one file: `file: {path: /etc/motd, content: hello, mode: "0644"}`.
type File struct {
	Path    string `yaml:"path"`
	Content string `yaml:"content"` // a line break is added at its end where there is none
	Owner   string `yaml:"owner"`   // left out: root, and what it is for a file that exists
	Group   string `yaml:"group"`
	Mode    string `yaml:"mode"`    // octal, quoted: "0644"
	Absent  bool   `yaml:"absent"`  // there shall be no such file
	Check   string `yaml:"check"`   // shell that validates it at its path, such as `sshd -t`
	Reload  string `yaml:"reload"`  // unit to reload when it changes
	Restart string `yaml:"restart"` // unit to restart when it changes

	mode uint32
}

// Validate checks the arguments as the playbook gives them.
func (f *File) Validate() error {
	switch {
	case !path.IsAbs(f.Path) || path.Clean(f.Path) != f.Path || f.Path == "/" || strings.ContainsFunc(f.Path, func(r rune) bool { return r < ' ' }):
		return fmt.Errorf("file: path %q is not a plain absolute path", f.Path)
	case f.Absent && (f.Content != "" || f.Mode != "" || f.Owner != "" || f.Group != ""):
		return errors.New("file: absent goes without content, mode, owner and group")
	case f.Reload != "" && f.Restart != "":
		return errors.New("file: reload and restart exclude each other")
	case f.Check != "" && f.Reload == "" && f.Restart == "":
		return errors.New("file: check needs reload or restart: it runs before a unit is touched")
	}
	if f.Mode != "" {
		m, err := strconv.ParseUint(f.Mode, 8, 16)
		if err != nil || m > 0o7777 {
			return fmt.Errorf("file: mode %q is not octal; quote it: \"0644\"", f.Mode)
		}
		f.mode = uint32(m)
	}
	return nil
}

// Plan implements tasks.Task.
func (f *File) Plan(h *tasks.Host) error {
	file := h.File(f.Path)
	was := file.State()
	if f.Absent {
		file.Remove()
	} else {
		text := f.Content
		if text != "" && !strings.HasSuffix(text, "\n") {
			text += "\n"
		}
		file.SetText(text)
		owner, group, mode := file.Owner()
		if f.Owner != "" {
			owner = f.Owner
		}
		if f.Group != "" {
			group = f.Group
		}
		if f.Mode != "" {
			mode = f.mode
		}
		file.Own(owner, group, mode)
	}
	if file.State() == was {
		return nil
	}
	unit, verb := f.Reload, tasks.Reload
	if f.Restart != "" {
		unit, verb = f.Restart, tasks.Restart
	}
	if unit != "" {
		h.Notify(unit, verb, f.Path+" changed")
	}
	if f.Check != "" {
		h.Check(tasks.Check{Unit: unit, Title: f.Check, Run: f.Check})
	}
	return nil
}
