package tasktest

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"odooctl/tasks"
)

// transaction runs a packed plan on a fake host. The verbs do what those of the
// real script do, as far as anything but a real host can tell. What a plan expects of
// the host they do not compare: nobody edits a fake host between reading and applying.
type transaction struct {
	h         *host
	run       string
	said      strings.Builder
	payload   map[string]string
	saved     map[string]File
	staged    map[string]File
	trees     map[string]trees
	undoing   []string
	acted     [][2]string
	pending   []string // as before this run
	pended    bool
	former    []string // packages with the versions before
	installed []string // packages that are new
}

// apply makes a plan on its host. The error says how the script ended.
func (all *Hosts) apply(p *tasks.Plan) error {
	script, payload := p.Pack(tasks.Run{ID: "run", Who: "test"})
	if code, said := all.Run(p.Host, script, payload); code != 0 {
		return fmt.Errorf("%s: exit %d: %s", p.Host, code, said)
	}
	if h := all.named(p.Host); p.Reboot != nil {
		h.holds = slices.DeleteFunc(slices.Clone(h.holds), func(shell string) bool {
			return strings.Contains(shell, "reboot-required")
		})
	}
	return nil
}

// Run runs a packed plan on a fake host. It returns how the script ends, and what the
// verbs say; tools of the host say nothing here.
func (all *Hosts) Run(host, script string, payload tasks.Payload) (tasks.ExitCode, string) {
	t := &transaction{h: all.named(host), payload: map[string]string{}, saved: map[string]File{},
		staged: map[string]File{}, trees: map[string]trees{}}
	var data bytes.Buffer
	if _, err := payload.WriteTo(&data); err != nil {
		return tasks.ExitPutBack, err.Error()
	}
	r := tar.NewReader(&data)
	for hd, err := r.Next(); err == nil; hd, err = r.Next() {
		data, _ := io.ReadAll(r)
		t.payload[hd.Name] = string(data)
	}
	for _, c := range lines(script) {
		err := t.verb(c)
		if err == nil {
			continue
		}
		t.say("failed: " + failed(c))
		t.say("  " + err.Error())
		if err := t.undo(); err != nil {
			t.say("  " + err.Error())
			t.say("not put back: see " + tasks.RunFolder(t.run))
			return tasks.ExitNotPutBack, t.said.String()
		}
		t.say("put back")
		return tasks.ExitPutBack, t.said.String()
	}
	return 0, t.said.String()
}

func (t *transaction) say(line string) { t.said.WriteString(line + "\n") }

// verb runs one line.
func (t *transaction) verb(c []string) error {
	h, arg := t.h, c[1:]
	switch c[0] {
	case "begin":
		t.run = arg[0]
	case "finish", "unpack", "rehearse", "expected", "arm", ":", "true", "gate", "await", "serves", "doing":
	case "fail":
		return errors.New("as the plan says")
	case "promise":
		t.undoing = append(t.undoing, strings.Join(arg, " "))
	case "undo_command":
		if h.refuses(t.payload[arg[0]]) {
			return errors.New("the test says so")
		}
	case "step":
		t.undoing = append(t.undoing, arg[0])
		return t.verb(arg[1:])
	case "pend":
		if !t.pended {
			t.pended, t.pending = true, slices.Clone(h.pending)
		}
		h.pending = append(h.pending, t.run+" "+strings.Join(arg, " "))
	case "check", "recheck":
		return h.check(arg[0], arg[1])
	case "act":
		return t.act(arg[0], arg[1])
	case "command_":
		return h.command(arg[1])
	default:
		if strings.HasPrefix(c[0], "expect_") {
			return nil
		}
		for _, f := range fakes {
			if do := f.verbs[c[0]]; do != nil {
				return do(t, arg)
			}
		}
		return errors.New("the fake host does not know this verb")
	}
	return nil
}

// failed is what the script says of a line that has failed.
func failed(c []string) string {
	switch c[0] {
	case "fail":
		c = c[1:]
	case "act":
		c = c[1:3]
	case "step":
		c = c[2:]
	case "save":
		c = []string{"back up", c[1]}
	case "stage", "stage_link":
		c = []string{"stage", c[2]}
	case "stage_born":
		c = []string{"make", c[2]}
	case "stage_tree":
		c = []string{"stage", c[1]}
	case "fetch_checkout":
		c = []string{"fetch", c[3], "of", c[2]}
	case "build":
		c = []string{"make", c[1] + ":", c[3]}
	case "check", "recheck":
		c = []string{"check", c[1]}
	case "command_":
		c = []string{c[1] + ":", "exit 1"}
	}
	return strings.Join(c, " ")
}

// undo puts everything back, last things first, and brings units to the old
// files.
func (t *transaction) undo() (err error) {
	back := func(server bool) {
		for _, undoing := range slices.Backward(t.undoing) {
			for _, c := range commands(undoing) {
				if (c[0] == "sql") == server {
					err = errors.Join(err, t.verb(c))
				}
			}
		}
	}
	back(false)
	t.h.daemonReload()
	for _, a := range t.acted {
		if a[0] != "start" {
			err = errors.Join(err, t.h.act(a[0], a[1]))
		}
	}
	back(true)
	if t.pended {
		t.h.pending = t.pending
	}
	return err
}
