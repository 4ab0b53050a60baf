package basic

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"odooctl/tasks"
)

func init() {
	tasks.Register("cron", "a command at certain times, in a file of our own in /etc/cron.d",
		func() tasks.Task { return &Cron{} })
}

// Cron manages one job of cron: `cron: {name: backup, schedule: "15 3 * * *", user:
// odoo, run: /usr/local/bin/backup}`.
type Cron struct {
	Name     string `yaml:"name"`     // of the file /etc/cron.d/odooctl-NAME
	Schedule string `yaml:"schedule"` // the five fields of crontab(5), or @daily etc.
	User     string `yaml:"user"`     // default root
	Run      string `yaml:"run"`      // one line; cron treats an unquoted % as a line break
	Absent   bool   `yaml:"absent"`
}

var (
	// cronFile matches the names that Debian's cron and run-parts read: without a dot.
	cronFile  = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
	cronField = regexp.MustCompile(`^[0-9A-Za-z*,/-]+$`)
	cronWord  = regexp.MustCompile(`^@(reboot|yearly|annually|monthly|weekly|daily|midnight|hourly)$`)
)

// Validate checks the arguments of the playbook.
func (c *Cron) Validate() error {
	switch {
	case !cronFile.MatchString(c.Name):
		return fmt.Errorf("cron: name %q: want letters, digits, - and _: cron reads no other files", c.Name)
	case c.Absent && (c.Schedule != "" || c.Run != "" || c.User != ""):
		return errors.New("cron: absent goes with the name alone")
	case c.Absent:
		return nil
	case strings.TrimSpace(c.Run) == "" || strings.ContainsAny(c.Run, "\r\n"):
		return errors.New("cron: run: want one line of shell")
	case c.User != "" && !account.MatchString(c.User):
		return fmt.Errorf("cron: %q is not a user name", c.User)
	}
	fields := strings.Fields(c.Schedule)
	if len(fields) == 1 && cronWord.MatchString(fields[0]) {
		return nil
	}
	if len(fields) != 5 {
		return fmt.Errorf("cron: schedule %q: want five fields such as \"15 3 * * *\", or @daily", c.Schedule)
	}
	for _, f := range fields {
		if !cronField.MatchString(f) {
			return fmt.Errorf("cron: schedule %q: %q is no field of crontab(5)", c.Schedule, f)
		}
	}
	return nil
}

// Plan implements tasks.Task.
func (c *Cron) Plan(h *tasks.Host) error {
	file := h.File("/etc/cron.d/odooctl-" + c.Name)
	if c.Absent {
		file.Remove()
		return nil
	}
	if !h.IsDirectory("/etc/cron.d") {
		return errors.New("the host has no cron: /etc/cron.d is missing; install it first (package: {names: [cron]}, " +
			"cronie on RHEL)")
	}
	file.SetText(fmt.Sprintf("# Written by odooctl.\n%s %s %s\n",
		strings.Join(strings.Fields(c.Schedule), " "), or(c.User, "root"), c.Run)).Own("root", "root", 0o644)
	return nil
}
