package basic

import (
	"cmp"
	_ "embed"
	"fmt"
	"strconv"
	"time"

	"odooctl/remote/shell"
	"odooctl/tasks"
)

// Ask is when and how long a condition is polled on a host.
type Ask struct {
	Within time.Duration `yaml:"within"` // default 60s
	Delay  time.Duration `yaml:"delay"`  // before the first try
	Always bool          `yaml:"always"` // in each run, in order with the commands; default: at the end, if the host was changed
}

func (a Ask) validate(task string) error {
	if a.Within < 0 || a.Delay < 0 {
		return fmt.Errorf("%s: within and delay: want a time above 0", task)
	}
	return nil
}

// OnlyAsks reports whether the task does nothing unless another one changes the host.
func (a Ask) OnlyAsks() bool { return !a.Always }

//go:embed until.sh
var untilTrue string

// plan adds the condition as a gate, or as a read-only command.
func (a Ask) plan(h *tasks.Host, title, run string) {
	within, delay := cmp.Or(seconds(a.Within), 60), seconds(a.Delay)
	if !a.Always {
		h.Gate(tasks.Gate{Title: title, Run: run, Within: within, Delay: delay})
		return
	}
	h.Command(tasks.Command{
		Title: title, Run: shell.Call(untilTrue, "until_true", strconv.Itoa(delay), strconv.Itoa(within), run),
		Within: within + delay + 5, Always: true, Asks: true,
	})
}

// checkPort refuses an invalid TCP port.
func checkPort(task string, port int) error {
	if port < 1 || port > 65535 {
		return fmt.Errorf("%s: port %s: want one from 1 to 65535", task, strconv.Itoa(port))
	}
	return nil
}
