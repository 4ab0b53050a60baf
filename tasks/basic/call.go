package basic

import (
	"cmp"
	_ "embed"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"odooctl/inventory"
	"odooctl/remote/shell"
	"odooctl/tasks"
)

// Call is how a command or a script is run, and when it need not be.
type Call struct {
	Title   string        `yaml:"title"`   // what it does, in a plan; default: the command itself
	Creates string        `yaml:"creates"` // a path: if it exists, nothing is to be done
	Unless  string        `yaml:"unless"`  // shell: if it succeeds, nothing is to be done
	OnlyIf  string        `yaml:"only_if"` // shell: if it fails, nothing is to be done
	Always  bool          `yaml:"always"`  // it runs each time
	Undo    string        `yaml:"undo"`    // shell that reverts what it did, even partly
	Within  time.Duration `yaml:"within"`  // default 10m
	Codes   []int         `yaml:"codes"`   // exit codes that mean success; default 0

	User        string              `yaml:"user"`        // default root
	Cwd         string              `yaml:"cwd"`         // default /
	Umask       string              `yaml:"umask"`       // default 022
	Environment map[string]string   `yaml:"environment"` // no secrets: others on the host can see them
	Input       inventory.Reference `yaml:"input"`       // text on standard input, or a secret

	Reload  string `yaml:"reload"`  // unit to reload after it
	Restart string `yaml:"restart"` // unit to restart after it
}

var mask = regexp.MustCompile(`^0?[0-7]{3}$`)

var variable = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// validate checks the playbook's arguments for a task of that name.
func (c *Call) validate(task string) error {
	probed := c.Creates != "" || c.Unless != "" || c.OnlyIf != ""
	switch {
	case !probed && !c.Always:
		return fmt.Errorf("%s: it would run each time: say when it need not, with creates, unless or only_if; or say "+
			"always: true", task)
	case probed && c.Always:
		return fmt.Errorf("%s: always: true goes without creates, unless and only_if", task)
	case c.User != "" && !account.MatchString(c.User):
		return fmt.Errorf("%s: %q is not a user name", task, c.User)
	case c.Umask != "" && !mask.MatchString(c.Umask):
		return fmt.Errorf("%s: umask: %q is none: want three digits from 0 to 7, such as 027", task, c.Umask)
	case c.Within < 0:
		return fmt.Errorf("%s: within: want a time above 0", task)
	case c.Reload != "" && c.Restart != "":
		return fmt.Errorf("%s: reload and restart exclude each other", task)
	case strings.ContainsAny(c.Title, "\r\n"):
		return fmt.Errorf("%s: title: want one line", task)
	}
	for _, p := range []string{c.Creates, c.Cwd} {
		if p != "" {
			if err := checkPath(task, p); err != nil {
				return err
			}
		}
	}
	for name := range c.Environment {
		if !variable.MatchString(name) {
			return fmt.Errorf("%s: environment: %q is not a variable name", task, name)
		}
	}
	for _, code := range c.Codes {
		if code < 0 || code > 123 { // 124 and above are from timeout and the shell themselves
			return fmt.Errorf("%s: codes: %d: want exit codes from 0 to 123", task, code)
		}
	}
	return nil
}

// plan adds the call, unless its probe says that it is done. before is shell that runs
// before it as root; run is the call itself.
func (c *Call) plan(h *tasks.Host, title, before, run, script string) error {
	input, err := h.Inventory.Reveal(c.Input)
	if err != nil {
		return fmt.Errorf("input: %w", err)
	}
	unit, verb := c.Reload, tasks.Reload
	if c.Restart != "" {
		unit, verb = c.Restart, tasks.Restart
	}
	command := tasks.Command{
		Title: cmp.Or(c.Title, title), Run: before + c.accepted(c.as(run, `"$1"`)), Input: input, Script: script,
		Unless: c.probe(), Before: unit, Within: seconds(c.Within), Always: c.Always,
	}
	if c.Undo != "" {
		command.Undo = c.as(c.Undo, "/dev/null")
	}
	if input == "" {
		command.Run = before + c.accepted(c.as(run, "/dev/null"))
	}
	if h.Command(command) && unit != "" {
		h.Notify(unit, verb, command.Title)
	}
	return nil
}

// probeWithin limits, in seconds, the probe for whether a command is to run.
const probeWithin = 30

// probe is shell that succeeds if nothing is to be done; "" = something always is.
func (c *Call) probe() string {
	ask := func(run string) string {
		return fmt.Sprintf("timeout -k 2 %d sh -c %s", probeWithin, shell.Quote(c.as(run, "/dev/null")))
	}
	var any []string
	if c.Creates != "" {
		any = append(any, fmt.Sprintf("[ -e %[1]s ] || [ -L %[1]s ]", shell.Quote(c.Creates)))
	}
	if c.Unless != "" {
		any = append(any, ask(c.Unless))
	}
	if c.OnlyIf != "" {
		any = append(any, "! "+ask(c.OnlyIf))
	}
	return strings.Join(any, " || ")
}

//go:embed call.sh
var calls string

// as is shell that runs shell as the user, in the folder, with the umask and environment of
// the call, and with a file as its input. The shell of a run has a umask of 077.
func (c *Call) as(run, input string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "umask %s\ncd %s || exit 1\n", cmp.Or(c.Umask, "022"), shell.Quote(cmp.Or(c.Cwd, "/")))
	for _, name := range slices.Sorted(maps.Keys(c.Environment)) {
		fmt.Fprintf(&b, "export %s=%s\n", name, shell.Quote(c.Environment[name]))
	}
	b.WriteString(run)
	if c.User == "" {
		return fmt.Sprintf("exec <%s\n%s", input, b.String())
	}
	return shell.Call(calls, "run_as", c.User, b.String()) + " <" + input
}

// accepted maps the playbook's success codes to 0.
func (c *Call) accepted(run string) string {
	if len(c.Codes) == 0 {
		return run
	}
	var codes []string
	for _, code := range c.Codes {
		codes = append(codes, strconv.Itoa(code))
	}
	return shell.Bare(calls) + "(\n" + run + "\n)\naccept " + shell.Words(codes...)
}

// seconds rounds up.
func seconds(d time.Duration) int { return int((d + time.Second - 1).Seconds()) }

// oneLine is a title made from a text: its first line, truncated.
func oneLine(text string) string {
	const most = 100
	line, more, _ := strings.Cut(strings.TrimSpace(text), "\n")
	if runes := []rune(line); len(runes) > most {
		line, more = string(runes[:most]), "more"
	}
	if more != "" {
		line += " ..."
	}
	return line
}
