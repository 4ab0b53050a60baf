package tasktest

import "fmt"

func init() {
	set := func(t *transaction, arg []string) error {
		t.h.users[arg[0]] = fmt.Sprintf("%s:x:999:999::%s:%s", arg[0], arg[1], arg[2])
		return nil
	}
	drop := func(t *transaction, arg []string) error { delete(t.h.users, arg[0]); return nil }
	fakes["user"] = fake{answer: one("user", "users", (*host).answerUsers), verbs: map[string]verb{
		"add_user": set, "alter_user": set, "drop_user": drop,
		"leave_user": drop, // homes have no files here
	}}
	fakes["group"] = fake{answer: one("group", "groups", (*host).answerGroups), verbs: map[string]verb{
		"add_group":  func(t *transaction, arg []string) error { t.h.groups[arg[0]] = true; return nil },
		"drop_group": func(t *transaction, arg []string) error { delete(t.h.groups, arg[0]); return nil },
	}}
}

func (h *host) answerUsers(names []string) (text string) {
	for _, n := range names {
		if line, ok := h.users[n]; ok {
			text += line + "\n"
		}
	}
	return text
}

func (h *host) answerGroups(names []string) (text string) {
	for _, n := range names {
		if h.groups[n] {
			text += n + ":x:999:\n"
		}
	}
	return text
}
