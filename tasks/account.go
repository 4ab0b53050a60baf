package tasks

import (
	"fmt"
	"strings"

	"odooctl/remote/shell"
)

const (
	kindUser  = "user"
	kindGroup = "group"
)

var (
	groups = &Kind{Name: kindGroup, Read: readGroups, Learn: learnGroups, Compile: makeGroup}
	users  = &Kind{Name: kindUser, Read: readUsers, Learn: learnUsers, Show: showUser, Compile: makeUser}
)

// user is an entry of the host's user database.
type user struct {
	Home  string
	Shell string
	Group string // number of the primary group, as read; "" = the group of the same name
	ID    string // its own number, as read
}

func (u user) Same(s State) bool {
	o, ok := s.(user)
	return ok && u.Home == o.Home && u.Shell == o.Shell
}

// group is an entry of the host's group database.
type group struct{}

func (g group) Same(s State) bool { _, ok := s.(group); return ok }

// User ensures that a system user exists, with a group of the same name, this home
// directory (which is not created) and this shell. An existing user gets home and
// shell.
func (h *Host) User(name, home, shell string) {
	k := key{kindUser, name}
	u, _ := h.get(k).(user)
	u.Home, u.Shell = home, shell
	h.Group(name)
	h.set(k, u)
}

// Group ensures that a system group exists.
func (h *Host) Group(name string) {
	k := key{kindGroup, name}
	if h.get(k) == nil {
		h.set(k, group{})
	}
}

// HasUser reports whether the user exists on the host. It also requests the group of
// the same name.
func (h *Host) HasUser(name string) bool {
	h.get(key{kindGroup, name})
	return h.get(key{kindUser, name}) != nil
}

// UserNumbers returns the numbers of a user and of its primary group on the host; "" while they are not known.
func (h *Host) UserNumbers(name string) (id, group string) {
	u, _ := h.get(key{kindUser, name}).(user)
	return u.ID, u.Group
}

// DropUser removes a user and the group of the same name, if they exist, and ends the
// user's processes.
func (h *Host) DropUser(name string) {
	for _, kind := range []string{kindUser, kindGroup} {
		if k := (key{kind, name}); h.get(k) != nil {
			h.set(k, nil)
		}
	}
}

func readUsers(a Asked) string { return readAccounts("part users\ngetent passwd", a.Of(kindUser)) }

func readGroups(a Asked) string { return readAccounts("part groups\ngetent group", a.Of(kindGroup)) }

func readAccounts(ask string, names []string) string {
	if len(names) == 0 {
		return ""
	}
	return ask + " -- " + shell.Words(names...) + "\n"
}

func learnUsers(h *Host, a Answers) error {
	names := a.Of(kindUser)
	for _, n := range names {
		h.before[key{kindUser, n}] = nil
	}
	for line := range strings.Lines(a.Part("users")) {
		f := strings.Split(strings.TrimRight(line, "\n"), ":")
		if len(f) != 7 {
			return fmt.Errorf("read users: getent printed %q", line)
		}
		if contains(names, f[0]) {
			h.before[key{kindUser, f[0]}] = user{Home: f[5], Shell: f[6], Group: f[3], ID: f[2]}
		}
	}
	return nil
}

func learnGroups(h *Host, a Answers) error {
	names := a.Of(kindGroup)
	for _, n := range names {
		h.before[key{kindGroup, n}] = nil
	}
	for line := range strings.Lines(a.Part("groups")) {
		f := strings.Split(line, ":")
		if len(f) != 4 {
			return fmt.Errorf("read groups: getent printed %q", line)
		}
		if contains(names, f[0]) {
			h.before[key{kindGroup, f[0]}] = group{}
		}
	}
	return nil
}

func showUser(before, after State) []string {
	if a, ok := after.(user); ok {
		return []string{"home " + a.Home, "shell " + a.Shell}
	}
	return nil
}

// makeUser adds a user before anything is staged, because new files may belong to it,
// and removes one after its services have stopped.
func makeUser(s *Script, name string, before, after State) {
	switch a, ok := after.(user); {
	case !ok && (s.inUndo || s.back):
		s.step(phaseLast, "leave_user", name, before.(user).Home)
	case !ok:
		s.step(phaseLast, "drop_user", name)
	case before == nil:
		s.step(phaseStage, "add_user", name, a.Home, a.Shell)
	default:
		s.step(phaseStage, "alter_user", name, a.Home, a.Shell)
	}
}

func makeGroup(s *Script, name string, before, after State) {
	if after == nil {
		s.step(phaseLast, "drop_group", name)
	} else {
		s.step(phaseStage, "add_group", name)
	}
}
