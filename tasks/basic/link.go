package basic

import (
	"errors"

	"odooctl/tasks"
)

func init() {
	tasks.Register("link", "a symbolic link; or none", func() tasks.Task { return &Link{} })
}

// Link manages one symbolic link: `link: {path: /etc/localtime, target:
// /usr/share/zoneinfo/UTC}`.
type Link struct {
	Path   string `yaml:"path"`
	Target string `yaml:"target"`
	Absent bool   `yaml:"absent"` // the link must not exist
}

// Validate checks the arguments of the playbook.
func (l *Link) Validate() error {
	if err := checkPath("link", l.Path); err != nil {
		return err
	}
	if l.Absent == (l.Target != "") {
		return errors.New("link: want a target, or absent: true")
	}
	return nil
}

// Plan implements tasks.Task.
func (l *Link) Plan(h *tasks.Host) error {
	if l.Absent {
		h.Unlink(l.Path)
	} else {
		h.Link(l.Path, l.Target)
	}
	return nil
}
