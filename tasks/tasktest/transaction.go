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

// transaction runs a packed plan on a fake host. Its verbs do what the real script's
// functions do, as far as can be seen without a real host.
type transaction struct {
	h         *host
	run       string
	payload   map[string]string
	saved     map[string]*file
	staged    map[string]file
	trees     map[string]tree
	undoing   []string
	acted     [][2]string
	pending   []string // as before this run
	pended    bool
	former    []string // packages with their previous versions
	installed []string // new packages
	left      int      // verbs until one is made to fail; negative: none
}

var errInjected = errors.New("made to fail")

// apply makes a plan on its host, and makes verb number failAt fail unless that is
// negative. The error is the script's; the host is then restored.
func (all *hosts) apply(p *tasks.Plan, failAt int) error {
	script, payload := p.Pack(tasks.Run{ID: "run", Who: "test"})
	t := &transaction{h: all.named(p.Host), payload: map[string]string{}, saved: map[string]*file{},
		staged: map[string]file{}, trees: map[string]tree{}, left: failAt}
	r := tar.NewReader(bytes.NewReader(payload))
	for {
		hd, err := r.Next()
		if err != nil {
			break
		}
		data, _ := io.ReadAll(r)
		t.payload[hd.Name] = string(data)
	}
	_, lines, ok := strings.Cut(script, "\nbegin ")
	if !ok {
		return errors.New("the packed script does not begin")
	}
	for _, c := range words("begin " + lines) {
		err := t.verb(c)
		if err == nil && len(c) > 0 && c[0] != "begin" && c[0] != "finish" {
			if t.left--; t.left == -1 && failAt >= 0 {
				err = errInjected
			}
		}
		if err != nil {
			err = fmt.Errorf("%s: %s: %w", p.Host, strings.Join(c, " "), err)
			if undo := t.undo(); undo != nil {
				err = errors.Join(err, fmt.Errorf("not put back: %w", undo))
			}
			return err
		}
	}
	if p.Reboot != nil {
		t.h.holds = slices.DeleteFunc(slices.Clone(t.h.holds),
			func(shell string) bool { return strings.Contains(shell, "reboot-required") })
	}
	return nil
}

// verb runs one line.
func (t *transaction) verb(c []string) error {
	h, arg := t.h, c[1:]
	switch c[0] {
	case "begin":
		t.run = arg[0]
	case "finish", "unpack", "expect_way", "rehearse", "rehearsed=", "made=1", "expected", "expected()", "}", "arm",
		":", "true", "promise":
	case "step":
		t.undoing = append(t.undoing, arg[0])
		return t.verb(arg[1:])
	case "undo_command":
	case "pend":
		if !t.pended {
			t.pended, t.pending = true, slices.Clone(h.pending)
		}
		h.pending = append(h.pending, t.run+" "+strings.Join(arg, " "))
	case "check", "recheck":
		return h.check(arg[0])
	case "act":
		t.acted = append(t.acted, [2]string{arg[0], arg[1]})
		return h.act(arg[0], arg[1])
	case "gate", "await":
	case "command_":
		return h.command(arg[1])
	default:
		for _, f := range fakes {
			if do := f.verbs[c[0]]; do != nil {
				return do(t, arg)
			}
		}
		return errors.New("the fake host does not know this verb")
	}
	return nil
}

// undo restores everything in reverse order, and acts on units with the old files.
func (t *transaction) undo() (err error) {
	back := func(server bool) {
		for _, lines := range slices.Backward(t.undoing) {
			for _, c := range words(lines) {
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
