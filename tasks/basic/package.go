package basic

import (
	"errors"

	"odooctl/tasks"
)

func init() {
	tasks.Register("package", "packages of the distribution are installed", func() tasks.Task { return &Package{} })
}

// Package installs packages, by apt or dnf: `package: {names: [htop, jq]}`.
type Package struct {
	Names []string `yaml:"names"`
}

// Validate checks the arguments of the playbook.
func (p *Package) Validate() error {
	if len(p.Names) == 0 {
		return errors.New("package: names is missing: want a list such as [htop, jq]")
	}
	return nil
}

// Plan implements tasks.Task.
func (p *Package) Plan(h *tasks.Host) error {
	_, err := h.Package(p.Names...)
	return err
}
