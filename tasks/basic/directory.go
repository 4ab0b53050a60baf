package basic

import "odooctl/tasks"

func init() {
	tasks.Register("directory", "a directory with this owner and mode", func() tasks.Task { return &Directory{} })
}

// Directory manages one directory: `directory: {path: /srv/backup, owner: odoo, mode:
// "0750"}`.
type Directory struct {
	Path  string `yaml:"path"`
	Owner string `yaml:"owner"` // default root
	Group string `yaml:"group"` // default root
	Mode  string `yaml:"mode"`  // octal, quoted; default "0755"

	mode uint32
}

// Validate checks the arguments of the playbook.
func (d *Directory) Validate() (err error) {
	if err := checkPath("directory", d.Path); err != nil {
		return err
	}
	d.mode, err = parseMode("directory", d.Mode)
	return err
}

// Plan implements tasks.Task.
func (d *Directory) Plan(h *tasks.Host) error {
	mode := d.mode
	if mode == 0 {
		mode = 0o755
	}
	h.Directory(d.Path, or(d.Owner, "root"), or(d.Group, "root"), mode)
	return nil
}

func or(given, otherwise string) string {
	if given != "" {
		return given
	}
	return otherwise
}
