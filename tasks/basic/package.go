package basic

import (
	_ "embed"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"

	"odooctl/remote/shell"
	"odooctl/tasks"
)

func init() {
	tasks.Register("package", "packages of the distribution are installed", func() tasks.Task { return &Package{} })
}

// Package installs packages, by apt or dnf: `package: {names: [htop, jq]}`, or one that
// stands beside the playbook, by apt: `package: {file: wkhtmltox.deb}`.
type Package struct {
	Names []string `yaml:"names"`
	File  string   `yaml:"file"` // a .deb beside the playbook

	text string
}

// debName matches what dpkg-deb --build gives a file, and names that people give it.
var debName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.+~-]*\.deb$`)

// Validate checks the arguments of the playbook.
func (p *Package) Validate() error {
	switch {
	case len(p.Names) == 0 && p.File == "":
		return errors.New("package: names is missing: want a list such as [htop, jq]; or file, one that stands beside the " +
			"playbook")
	case p.File != "" && len(p.Names) > 0:
		return errors.New("package: names and file exclude each other")
	case p.File != "" && !debName.MatchString(path.Base(p.File)):
		return fmt.Errorf("package: file %q: want a package of Debian, whose name ends in .deb", p.File)
	}
	return nil
}

// Load reads the package.
func (p *Package) Load(read func(string) ([]byte, error)) error {
	if p.File == "" {
		return nil
	}
	data, err := read(p.File)
	if err != nil {
		return err
	}
	if p.text = string(data); !strings.HasPrefix(p.text, "!<arch>\ndebian-binary") {
		return fmt.Errorf("package: %s is no package of Debian", p.File)
	}
	return nil
}

//go:embed package.sh
var packageProgram string

// Plan implements tasks.Task.
func (p *Package) Plan(h *tasks.Host) error {
	if p.File == "" {
		_, err := h.Package(p.Names...)
		return err
	}
	name := path.Base(p.File)
	on := "/var/cache/odooctl/" + name
	h.Directory(path.Dir(on), "root", "root", 0o755)
	h.Private(on).SetText(p.text).Own("root", "root", 0o644)
	h.Command(tasks.Command{Title: "install " + name, Run: shell.Call(packageProgram, "install_file", on),
		Unless: shell.Call(packageProgram, "is_installed", on), Within: 1800})
	f, err := h.Facts() // last, for the rest is asked in the same round
	if err == nil && f.Installer != "apt" {
		err = fmt.Errorf("package: %s is for hosts with apt, and %s has none", p.File, h.Name)
	}
	return err
}
