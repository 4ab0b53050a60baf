package basic

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"odooctl/tasks"
)

func init() {
	tasks.Register("sysctl", "settings of the kernel, in a file of our own", func() tasks.Task { return &Sysctl{} })
}

// Sysctl manages kernel settings: `sysctl: {settings: {vm.swappiness: 10}}`, for the running
// kernel and, by systemd-sysctl, after a reboot. A removed setting keeps its value until then.
// Undo brings back the values that were read.
type Sysctl struct {
	Name     string            `yaml:"name"` // of the file /etc/sysctl.d/NAME.conf; default 60-odooctl
	Settings map[string]string `yaml:"settings"`
}

var (
	sysctlKey  = regexp.MustCompile(`^[a-z0-9_]+([./][A-Za-z0-9_*-]+)+$`)
	sysctlFile = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
)

// Validate checks the arguments of the playbook.
func (s *Sysctl) Validate() error {
	if s.Name != "" && !sysctlFile.MatchString(s.Name) {
		return fmt.Errorf("sysctl: %q is not a file name for /etc/sysctl.d: want one such as 60-odooctl", s.Name)
	}
	if len(s.Settings) == 0 {
		return errors.New("sysctl: settings is missing: want some such as {vm.swappiness: 10}")
	}
	for k, v := range s.Settings {
		if !sysctlKey.MatchString(k) || v == "" || strings.ContainsAny(v, "\r\n") {
			return fmt.Errorf("sysctl: %s = %q is no setting: want one such as vm.swappiness: 10", k, v)
		}
	}
	return nil
}

// Plan implements tasks.Task.
func (s *Sysctl) Plan(h *tasks.Host) error {
	var text strings.Builder
	text.WriteString("# Written by odooctl.\n")
	for _, k := range slices.Sorted(maps.Keys(s.Settings)) {
		fmt.Fprintf(&text, "%s = %s\n", k, s.Settings[k])
	}
	for k, v := range s.Settings {
		name := inProc(k)
		if !strings.Contains(name, "*") && kernel.Get(h, name) != nil {
			kernel.Set(h, name, valueOf(v))
		}
	}
	file := h.File("/etc/sysctl.d/" + or(s.Name, "60-odooctl") + ".conf")
	was := file.State()
	if file.SetText(text.String()); file.State() != was {
		h.Notify("systemd-sysctl.service", tasks.Restart, file.Path()+" changed")
	}
	return nil
}
