package basic

import (
	_ "embed"
	"errors"
	"fmt"
	"strings"

	"odooctl/remote/shell"
	"odooctl/tasks"
)

//go:embed logged.sh
var logged string

func init() {
	tasks.Register("wait_for", "a port that answers, a path that exists, a unit that runs, or a line in a log",
		func() tasks.Task { return &WaitFor{} })
}

// WaitFor waits for one condition: `wait_for: {port: 8069, within: 90s}`. If it is not
// met in time, everything on the host is put back.
type WaitFor struct {
	Port    int    `yaml:"port"`    // TCP port that accepts connections
	Address string `yaml:"address"` // of the port; default 127.0.0.1
	Path    string `yaml:"path"`    // it exists
	Unit    string `yaml:"unit"`    // it is active
	Line    string `yaml:"line"`    // extended regular expression: a line in the file path, or in the journal of the unit since it started
	Absent  bool   `yaml:"absent"`  // the port accepts none, the path does not exist, the unit does not run
	Ask     `yaml:",inline"`
}

// Validate checks the arguments of the playbook.
func (w *WaitFor) Validate() error {
	given := 0
	for _, is := range []bool{w.Port != 0, w.Path != "", w.Unit != ""} {
		if is {
			given++
		}
	}
	switch {
	case given != 1:
		return errors.New("wait_for: want one of port, path and unit")
	case w.Address != "" && (w.Port == 0 || strings.ContainsFunc(w.Address, notInAddress)):
		return fmt.Errorf("wait_for: address %q: want that of a host, with a port", w.Address)
	case w.Line != "" && (w.Port != 0 || w.Absent || strings.ContainsAny(w.Line, "\r\n")):
		return errors.New("wait_for: line is one line, and goes with path or unit")
	case w.Unit != "" && !unitName.MatchString(w.Unit):
		return fmt.Errorf("wait_for: %q is not a unit name: want one such as redis-server.service", w.Unit)
	}
	if w.Port != 0 {
		if err := checkPort("wait_for", w.Port); err != nil {
			return err
		}
	}
	if w.Path != "" {
		if err := checkPath("wait_for", w.Path); err != nil {
			return err
		}
	}
	return w.validate("wait_for")
}

func notInAddress(r rune) bool {
	return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune(".:-_", r))
}

// Plan implements tasks.Task.
func (w *WaitFor) Plan(h *tasks.Host) error {
	title, run := w.question()
	w.plan(h, title, run)
	return nil
}

// question is the condition, in words and as shell. It connects by bash, which is on
// every Debian and RHEL.
func (w *WaitFor) question() (title, run string) {
	not := func(yes, no string) string {
		if w.Absent {
			return no
		}
		return yes
	}
	switch {
	case w.Port != 0:
		address := or(w.Address, "127.0.0.1")
		run = fmt.Sprintf("timeout 5 bash -c %s", shell.Quote(fmt.Sprintf("exec 3<>/dev/tcp/%s/%d", address, w.Port)))
		title = fmt.Sprintf("port %d of %s %s", w.Port, address, not("takes connections", "takes no connections"))
	case w.Line != "" && w.Path != "":
		return fmt.Sprintf("%s has a line %s", w.Path, w.Line), fmt.Sprintf("grep -qE -e %s -- %s",
			shell.Quote(w.Line), shell.Quote(w.Path))
	case w.Line != "":
		// What the unit has logged, and systemd about it.
		return fmt.Sprintf("%s has logged %s", w.Unit, w.Line), shell.Call(logged, "has_logged", w.Unit, w.Line)
	case w.Path != "":
		title, run = w.Path+" "+not("exists", "does not exist"),
			fmt.Sprintf("[ -e %[1]s ] || [ -L %[1]s ]", shell.Quote(w.Path))
	default:
		title, run = w.Unit+" "+not("runs", "does not run"), "systemctl is-active "+shell.Quote(w.Unit)
	}
	if w.Absent {
		run = "! { " + run + "; }"
	}
	return title, run
}
