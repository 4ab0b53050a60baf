package basic

import (
	"fmt"
	"regexp"

	"odooctl/tasks"
)

func init() {
	tasks.Register("user", "a system user with a group of its own", func() tasks.Task { return &User{} })
}

// User manages one system user: `user: {name: backup-odoo, home: /srv/backup}`.
type User struct {
	Name  string `yaml:"name"`
	Home  string `yaml:"home"`  // default /nonexistent; not created
	Shell string `yaml:"shell"` // default /usr/sbin/nologin
}

// account matches what useradd of Debian and of RHEL accept.
var account = regexp.MustCompile(`^[a-z_][a-z0-9_-]{0,31}$`)

// Validate checks the arguments of the playbook.
func (u *User) Validate() error {
	if !account.MatchString(u.Name) {
		return fmt.Errorf("user: %q is not a user name", u.Name)
	}
	for _, p := range []string{u.Home, u.Shell} {
		if p != "" {
			if err := checkPath("user", p); err != nil {
				return err
			}
		}
	}
	return nil
}

// Plan implements tasks.Task.
func (u *User) Plan(h *tasks.Host) error {
	h.User(u.Name, or(u.Home, "/nonexistent"), or(u.Shell, "/usr/sbin/nologin"))
	return nil
}
