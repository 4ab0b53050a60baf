package odoo

import (
	"cmp"
	_ "embed"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"odooctl/inventory"
	"odooctl/remote/shell"
	"odooctl/tasks"
	"odooctl/tasks/odoo/version"
)

//go:embed python.py
var pythonProgram string

// program is the interpreter of the host that the virtual environment is made with.
func program(s *inventory.Source) string { return cmp.Or(s.Python, "python3") }

// hostPython returns the version of the host's Python, such as 3.11, which has to suit
// the Odoo; "" if it is yet to be installed.
func (i Instance) hostPython(h *tasks.Host) (python string, err error) {
	s := i.Odoo.Source()
	said, read := h.Output(program(s) + " -I -S -c " + shell.Quote(strings.TrimSpace(pythonProgram)))
	major, minor, ok := parsePython(said)
	switch {
	case !ok && read && strings.Contains(s.Python, "/"):
		return "", fmt.Errorf("%s: %s has no Python at %s: %s", s.Pos, h.Name, s.Python, said)
	case !ok:
		return "", nil
	}
	v := version.Of(i.Odoo.Major())
	return strings.TrimSpace(said), i.suits(h, major, minor, v.FirstPython, v.LastPython)
}

// suits rejects a Python that is too old, or newer than what the Odoo supports: it may
// start there and then fail on a formula or a package. If the inventory names the
// interpreter that is only a warning.
func (i Instance) suits(h *tasks.Host, major, minor, first, last int) error {
	s := i.Odoo.Source()
	text := fmt.Sprintf("%s: Odoo %d runs on Python 3.%d to 3.%d, and %s of %s is %d.%d",
		s.Pos, i.Odoo.Major(), first, last, program(s), h.Name, major, minor)
	switch {
	case major != 3 || minor < first || minor > last && s.Python == "":
		return fmt.Errorf("%s: install another one there and name it, python: python3.%d", text, last)
	case minor > last:
		h.Warn("%s", text)
	}
	return nil
}

var pythonVersion = regexp.MustCompile(`^(\d+)\.(\d+)\s*$`)

func parsePython(text string) (major, minor int, ok bool) {
	m := pythonVersion.FindStringSubmatch(text)
	if m == nil {
		return 0, 0, false
	}
	major, _ = strconv.Atoi(m[1])
	minor, _ = strconv.Atoi(m[2])
	return major, minor, true
}

var (
	releaseSeries = regexp.MustCompile(`(?m)^version_info\s*=\s*\(\s*['"]?(?:saas[~-])?(\d+)`)
	releaseBound  = regexp.MustCompile(`(?m)^(MIN|MAX)_PY_VERSION\s*=\s*\(3,\s*(\d+)\)`)
)

// checkRelease compares a tree with the inventory, and the host's Python with the
// versions in the tree, which it has from 19 on.
func (i Instance) checkRelease(h *tasks.Host, text, python string) error {
	s := i.Odoo.Source()
	major, minor, ok := parsePython(python)
	if !ok {
		return fmt.Errorf("%s: there is no %s on %s: install it there, or name another Python",
			s.Pos, program(s), h.Name)
	}
	m := releaseSeries.FindStringSubmatch(text)
	if m == nil || m[1] != strconv.Itoa(i.Odoo.Major()) {
		series := "another one"
		if m != nil {
			series = m[1]
		}
		return fmt.Errorf("%s: the inventory says Odoo %s, and the source is Odoo %s: correct version or rev",
			s.Pos, i.Odoo.Version, series)
	}
	runs := version.Of(i.Odoo.Major())
	for _, b := range releaseBound.FindAllStringSubmatch(text, -1) {
		n, _ := strconv.Atoi(b[2])
		if b[1] == "MIN" {
			runs.FirstPython = n
		} else {
			runs.LastPython = n
		}
	}
	return i.suits(h, major, minor, runs.FirstPython, runs.LastPython)
}

// compilers are the Debian packages that pip needs to build those of Odoo's
// requirements that have no wheels (Odoo's documentation, "Source install").
var compilers = []string{
	"build-essential", "libffi-dev", "libfreetype6-dev", "libjpeg-dev", "liblcms2-dev", "libldap2-dev", "libpq-dev",
	"libsasl2-dev", "libssl-dev", "libxml2-dev", "libxslt1-dev", "zlib1g-dev",
}

// sourcePackages installs the packages that building a tree and its environment needs.
func (i Instance) sourcePackages(h *tasks.Host) error {
	s := i.Odoo.Source()
	installer := "apt" // used until the facts are read
	if f, err := h.Facts(); err == nil {
		installer = f.Installer
	}
	if s.Packages == nil && installer != "apt" {
		return fmt.Errorf("%s: which packages a build needs is known for apt, and %s has none: name them, packages: [...]",
			s.Pos, h.Name)
	}
	names := s.Packages
	python := program(s)
	debian := installer == "apt" && !strings.Contains(python, "/")
	if names == nil {
		names = compilers
		if debian {
			names = append([]string{python + "-dev"}, names...)
		}
	}
	if debian {
		names = append([]string{python + "-venv"}, names...)
	}
	if s.Git != "" {
		names = append([]string{"git"}, names...)
	}
	_, err := h.Package(names...)
	return err
}
