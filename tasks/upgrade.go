package tasks

import (
	_ "embed"
	"fmt"
	"strings"

	"odooctl/remote/shell"
)

const kindVersion = "version"

var versions = &Kind{Name: kindVersion, Read: readVersions, Learn: learnVersions, Show: showVersion,
	together: makeVersions}

// version is a package's installed version, and the available one.
type version struct {
	Installed string
	Candidate string // what the host's sources have, by its lists
	Held      bool   // an administrator has held it
	Back      bool   // the installed version is still available
}

func (v version) Same(s State) bool {
	o, ok := s.(version)
	return ok && v.Installed == o.Installed
}

// Upgraded is a package whose version changes.
type Upgraded struct{ Name, From, To string }

// Upgrade ensures that those of the packages that are installed have the newest version
// of the host's sources, by its current lists, and returns those that change.
// Dependencies are upgraded where needed, and none is removed. A held package stays,
// with a warning. Only apt is supported.
//
// Undo restores the previous versions, as far as the sources still have them; the plan
// warns if they do not.
func (h *Host) Upgrade(names ...string) (list []Upgraded, err error) {
	if h.facts != nil && h.facts.Installer != "apt" {
		return nil, fmt.Errorf("%s has no apt: upgrade %s by its own means", h.Name, strings.Join(names, ", "))
	}
	for _, n := range names {
		if !packageName.MatchString(n) {
			return nil, fmt.Errorf("%q is not a package name", n)
		}
		h.get(key{kindVersion, n})
	}
	if !h.Holds(ListsFresh) {
		h.Unknown("what there is of %s, for the lists of packages are a day old; package.lists fetches them",
			strings.Join(names, ", "))
		return nil, nil
	}
	for _, n := range names {
		v, is := h.get(key{kindVersion, n}).(version)
		switch {
		case !is || v.Candidate == "" || v.Candidate == v.Installed:
		case v.Held:
			h.Warn("%s stays at %s, though there is %s: it is held (apt-mark unhold %s)",
				n, v.Installed, v.Candidate, n)
		default:
			list = append(list, Upgraded{n, v.Installed, v.Candidate})
			h.set(key{kindVersion, n}, version{Installed: v.Candidate, Candidate: v.Candidate, Back: true})
		}
	}
	return list, nil
}

// ListsFresh is shell that succeeds if the host's package lists are less than a day
// old.
const ListsFresh = `[ -n "$(find /var/lib/apt/lists -maxdepth 0 -mmin -1440)" ]`

//go:embed upgrade.sh
var availableVersions string

// readVersions asks apt for all packages in one call.
func readVersions(a Asked) string {
	names := a.Of(kindVersion)
	if len(names) == 0 {
		return ""
	}
	return "part versions\n" + shell.Call(availableVersions, "available_versions", names...) + "\n"
}

func learnVersions(h *Host, a Answers) error {
	names := a.Of(kindVersion)
	for _, n := range names {
		h.before[key{kindVersion, n}] = nil
	}
	for line := range strings.Lines(a.Part("versions")) {
		if f := strings.Fields(line); len(f) == 5 && contains(names, f[0]) {
			h.before[key{kindVersion, f[0]}] = version{Installed: f[1], Candidate: f[2], Held: f[3] == "1",
				Back: f[4] == "1"}
		}
	}
	return nil
}

func showVersion(before, after State) (parts []string) {
	b, _ := before.(version)
	a, ok := after.(version)
	if !ok {
		return nil
	}
	parts = append(parts, b.Installed+" -> "+a.Installed)
	if !b.Back {
		parts = append(parts, "undo cannot go back: "+b.Installed+" is no longer available")
	}
	return parts
}

// makeVersions adds the one step that upgrades all of the plan's packages.
func makeVersions(s *Script, changes []Change) {
	var list []string
	for _, c := range changes {
		if a, ok := c.After.(version); ok {
			list = append(list, c.Name+"="+a.Installed)
		}
	}
	if len(list) > 0 {
		s.doing(phaseInstall, "upgrading packages")
		s.stepUndo(phaseInstall, "downgrade_packages", "upgrade_packages", list...)
	}
}
