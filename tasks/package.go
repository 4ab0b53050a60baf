package tasks

import (
	_ "embed"
	"fmt"
	"regexp"
	"strings"

	"odooctl/remote/shell"
)

const kindPackage = "package"

var packages = &Kind{Name: kindPackage, Read: readPackages, Learn: learnPackages, Show: showPackage,
	together: makePackages}

// installed is the state of an installed package of the distribution.
type installed struct{ Version string }

func (p installed) Same(s State) bool { _, ok := s.(installed); return ok }

// packageName is what Debian and rpm allow: Debian policy 5.6.7, rpm-packagenaming.
var packageName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9+._-]*$`)

// Package ensures that packages of the distribution are installed, by apt or dnf from
// the host's sources, and reports whether they were. Which files, users and units they
// bring is known only afterwards: a task that depends on those calls Unknown, and is
// planned again.
//
//	if ok, err := h.Package("nginx"); !ok {
//		h.Unknown("what nginx is to serve")
//		return err
//	}
//
// All packages of a plan are installed in one call, before any file is touched, and
// never if that would remove another package. Undo removes the new ones, and keeps
// their data; dependencies that were upgraded stay so.
func (h *Host) Package(names ...string) (ok bool, err error) {
	ok = true
	for _, n := range names {
		if !packageName.MatchString(n) {
			return false, fmt.Errorf("%q is not a package name", n)
		}
		k := key{kindPackage, n}
		if h.get(k) != nil {
			continue
		}
		ok = false
		h.set(k, installed{})
	}
	if !ok && h.facts != nil && h.facts.Installer == "" {
		return false, fmt.Errorf("%s has neither apt nor dnf: install %s by hand", h.Name, strings.Join(names, ", "))
	}
	return ok, nil
}

// Installed returns the version of a package; "" if it is not installed or was not read
// yet.
func (h *Host) Installed(name string) string {
	p, _ := h.get(key{kindPackage, name}).(installed)
	return p.Version
}

//go:embed package.sh
var installedPackages string

func readPackages(a Asked) string {
	names := a.Of(kindPackage)
	if len(names) == 0 {
		return ""
	}
	return "part packages\n" + shell.Call(installedPackages, "installed_packages", names...) + "\n"
}

func learnPackages(h *Host, a Answers) error {
	names := a.Of(kindPackage)
	for _, n := range names {
		h.before[key{kindPackage, n}] = nil
	}
	for line := range strings.Lines(a.Part("packages")) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "installed" && contains(names, f[1]) {
			h.before[key{kindPackage, f[1]}] = installed{f[2]}
		}
	}
	return nil
}

func showPackage(before, after State) []string {
	if after == nil {
		return nil
	}
	return []string{"undo removes it and keeps its data"}
}

// makePackages adds the one step that installs all of the plan's packages: each call of
// an installer takes seconds.
func makePackages(s *Script, changes []Change) {
	var missing, surplus []string
	for _, c := range changes {
		if c.After != nil {
			missing = append(missing, c.Name)
		} else {
			surplus = append(surplus, c.Name)
		}
	}
	if len(missing) > 0 {
		s.doing(phaseInstall, "installing packages")
		s.stepUndo(phaseInstall, "remove_packages", "install_packages", missing...)
	}
	if len(surplus) > 0 {
		s.doing(phaseLast, "removing packages")
		s.stepUndo(phaseLast, "install_packages "+shell.Words(surplus...), "remove_packages", surplus...)
	}
}
