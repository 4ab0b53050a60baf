package tasks

import (
	"fmt"
	"strings"

	"odooctl/remote/shell"
)

const kindVersion = "version"

var versions = &Kind{Name: kindVersion, Read: readVersions, Learn: learnVersions, Show: showVersion,
	together: makeVersions}

// version is that of a package of the distribution, and what can be had instead.
type version struct {
	Installed string
	Candidate string // what the sources of the host have, by its lists
	Held      bool   // an administrator keeps it as it is
	Back      bool   // the installed one can still be had
}

func (v version) Same(s State) bool {
	o, ok := s.(version)
	return ok && v.Installed == o.Installed
}

// Upgraded is a package that another version is installed of.
type Upgraded struct{ Name, From, To string }

// Upgrade makes sure that those of the packages that are installed have the newest
// version of the host's sources, by the lists that it has of them, and returns those
// that change. Others are upgraded where these need it, and none is removed. One
// that is held stays, which is said. Only apt is known.
//
// Undo goes back to the versions before, as far as the sources still have them; the
// plan says where they have not.
func (h *Host) Upgrade(names ...string) (list []Upgraded, err error) {
	if h.facts != nil && h.facts.Installer != "apt" {
		return nil, fmt.Errorf("%s has no apt: upgrade %s by its own means", h.Name, strings.Join(names, ", "))
	}
	for _, n := range names {
		if !packageName.MatchString(n) {
			return nil, fmt.Errorf("package %q is no name of a package", n)
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

// ListsFresh is shell that succeeds where the host's lists of packages are less than
// a day old.
const ListsFresh = `[ -n "$(find /var/lib/apt/lists -maxdepth 0 -mmin -1440)" ]`

// readVersions asks apt for all packages in one call. A version of which only dpkg
// knows cannot be had any more.
func readVersions(a Asked) string {
	names := a.Of(kindVersion)
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf(`part versions
if command -v apt-cache >/dev/null; then
	{ apt-mark showhold | sed 's/^/held /'; LC_ALL=C apt-cache policy -- %s; } 2>/dev/null | awk '
		function tell() { if (name != "" && has != "(none)") print name, has, can, (name in held) ? 1 : 0, back }
		$1 == "held" { held[$2] = 1; next }
		/^[^ ].*:$/ { tell(); name = substr($1, 1, length($1) - 1); back = 0; now = 0; next }
		/^  Installed:/ { has = $2; next }
		/^  Candidate:/ { can = $2; next }
		/^ \*\*\* / { now = 1; next }
		/^     [^ ]/ { now = 0; next }
		now && /^        / && !/\/var\/lib\/dpkg\/status/ { back = 1 }
		END { tell() }'
fi
`, shell.Words(names...))
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
		parts = append(parts, "undo cannot go back: "+b.Installed+" is no longer to be had")
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
		s.stepUndo(phaseInstall, "downgrade_packages", "upgrade_packages", list...)
	}
}
