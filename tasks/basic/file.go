// Package basic has the tasks that are not specific to a system, for the user's own
// playbooks. Import it for its tasks, which its init functions register.
package basic

import (
	"errors"

	"odooctl/tasks"
)

func init() {
	tasks.Register("file", "a file with this content, owner and mode; or none", func() tasks.Task { return &File{} })
}

// File manages one file: `file: {path: /etc/motd, content: hello, mode: "0644"}`.
type File struct {
	Path    string `yaml:"path"`
	Content string `yaml:"content"` // a missing line break at its end is added
	Source  string `yaml:"source"`  // a file beside the playbook with the content
	Owner   string `yaml:"owner"`   // default root; an existing file keeps its owner
	Group   string `yaml:"group"`
	Mode    string `yaml:"mode"`    // octal, quoted: "0644"
	Absent  bool   `yaml:"absent"`  // the file must not exist
	Check   string `yaml:"check"`   // shell that validates it at its path, such as `sshd -t`
	Reload  string `yaml:"reload"`  // unit to reload when it changes
	Restart string `yaml:"restart"` // unit to restart when it changes

	mode uint32
	text string // the content
}

// Validate checks the arguments of the playbook.
func (f *File) Validate() (err error) {
	if err := checkPath("file", f.Path); err != nil {
		return err
	}
	switch {
	case f.Absent && (f.Content != "" || f.Source != "" || f.Mode != "" || f.Owner != "" || f.Group != ""):
		return errors.New("file: absent goes without content, source, mode, owner and group")
	case f.Content != "" && f.Source != "":
		return errors.New("file: content and source exclude each other")
	}
	if f.mode, err = parseMode("file", f.Mode); err != nil {
		return err
	}
	return f.effect().validate("file")
}

func (f *File) effect() Effect { return Effect{f.Check, f.Reload, f.Restart} }

// Load reads the content from beside the playbook.
func (f *File) Load(read func(string) ([]byte, error)) error {
	f.text = whole(f.Content)
	if f.Source == "" {
		return nil
	}
	data, err := read(f.Source)
	f.text = string(data)
	return err
}

// Plan implements tasks.Task.
func (f *File) Plan(h *tasks.Host) error {
	file := h.File(f.Path)
	was := file.State()
	if f.Absent {
		file.Remove()
	} else {
		own(file.SetText(f.text), f.Owner, f.Group, f.mode)
	}
	if file.State() != was {
		f.effect().ask(h, f.Path+" changed")
	}
	return nil
}
