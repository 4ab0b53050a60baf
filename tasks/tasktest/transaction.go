package tasktest

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"odooctl/tasks"
)

// transaction runs a packed plan on a fake host. The verbs do what those of the
// real script do, as far as anything but a real host can tell.
type transaction struct {
	h         *host
	run       string
	payload   map[string]string
	saved     map[string]*file
	staged    map[string]file
	trees     map[string]tree
	undoing   []string
	acted     [][2]string
	pending   []string // as it was before this run
	pended    bool
	former    []string // packages with the versions before
	installed []string // packages that are new
	left      int      // verbs until one is made to fail; negative: none is
}

var errInjected = errors.New("made to fail")

// apply makes a plan on its host, and lets the verb number failAt fail where that
// is not negative. The error is what the script ends with; the host is then put
// back.
func (all *hosts) apply(p *tasks.Plan, failAt int) error {
	script, payload := p.Pack(tasks.Run{ID: "run", Who: "test"})
	t := &transaction{h: all.named(p.Host), payload: map[string]string{}, saved: map[string]*file{}, staged: map[string]file{}, trees: map[string]tree{}, left: failAt}
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
		t.h.holds = slices.DeleteFunc(slices.Clone(t.h.holds), func(shell string) bool { return strings.Contains(shell, "reboot-required") })
	}
	return nil
}

// verb runs one line.
func (t *transaction) verb(c []string) error {
	h, arg := t.h, c[1:]
	switch c[0] {
	case "begin":
		t.run = arg[0]
	case "finish", "unpack", "expect_way", "rehearse", "rehearsed=", "made=1", "expected", "expected()", "}", "arm", ":", "true", "promise":
	case "daemon_reload":
		h.daemonReload()
	case "step":
		t.undoing = append(t.undoing, arg[0])
		return t.verb(arg[1:])
	case "expect_text":
		for line := range strings.Lines(t.payload[arg[0]]) {
			sum, p, _ := strings.Cut(strings.TrimSpace(line), "  .")
			if got := fmt.Sprintf("%x", sha256.Sum256([]byte(h.files[p].text))); got != sum {
				return fmt.Errorf("stale: %s", p)
			}
		}
	case "expect_like":
		for i, want := range strings.Split(arg[0], "\n") {
			p := strings.TrimPrefix(arg[1+i], ".")
			f := h.files[p]
			what := map[byte]string{'f': "regular file", 'd': "directory", 'l': "symbolic link"}[f.kind]
			if got := fmt.Sprintf("%s %o %s %s .%s", what, f.mode, f.owner, f.group, p); got != want {
				return fmt.Errorf("stale: %s, want %s", got, want)
			}
		}
	case "expect_link":
		if got := h.files[arg[1]].text; got != arg[0] {
			return fmt.Errorf("stale: %s leads to %s", arg[1], got)
		}
	case "expect_none":
		for _, p := range arg {
			if _, ok := h.files[p]; ok {
				return fmt.Errorf("stale: %s exists", p)
			}
		}
	case "save":
		t.saved[arg[0]] = nil
		if f, ok := h.files[arg[0]]; ok {
			t.saved[arg[0]] = &f
		}
	case "restore":
		return t.restore(arg[0])
	case "make_dir":
		return h.place(arg[0], attributes(file{kind: 'd'}, arg[1:]))
	case "stage":
		return t.stage(arg[1], attributes(file{kind: 'f', text: t.payload[arg[0]]}, arg[2:]))
	case "stage_born":
		text, err := t.bear(arg[0], arg[1])
		if err != nil {
			return err
		}
		return t.stage(arg[1], attributes(file{kind: 'f', text: text}, arg[2:]))
	case "stage_link":
		return t.stage(arg[1], file{kind: 'l', owner: "root", group: "root", mode: 0o777, text: arg[0]})
	case "expect_unbuilt", "begin_build", "build":
		return t.build(c)
	case "expect_tree", "stage_tree", "swap_tree", "back_tree", "drop_tree", "expect_clean", "fetch_checkout", "turn_checkout", "back_checkout":
		return t.folder(c)
	case "undo_command":
	case "install_packages":
		return t.installPackages(arg)
	case "remove_packages":
		t.removePackages(arg)
	case "upgrade_packages":
		for _, spec := range arg {
			name, version, _ := strings.Cut(spec, "=")
			t.former = append(t.former, name+"="+h.packages[name])
			h.packages[name] = version
		}
	case "downgrade_packages":
		for _, spec := range t.former {
			name, version, _ := strings.Cut(spec, "=")
			h.packages[name] = version
		}
	case "swap":
		f, ok := t.staged[arg[0]]
		if !ok {
			return errors.New("nothing is staged")
		}
		return h.place(arg[0], f)
	case "own":
		f, ok := h.files[arg[0]]
		if !ok {
			return errors.New("no such file")
		}
		h.files[arg[0]] = attributes(f, arg[1:])
	case "remove":
		delete(h.files, arg[0])
	case "remove_dir":
		return h.removeDirectory(arg[0])
	case "pend":
		if !t.pended {
			t.pended, t.pending = true, slices.Clone(h.pending)
		}
		h.pending = append(h.pending, t.run+" "+strings.Join(arg, " "))
	case "check", "recheck":
		return h.check(arg[0])
	case "sql":
		port, err := strconv.Atoi(arg[2])
		if err != nil {
			return err
		}
		return h.sql(arg[0], port, t.payload[arg[4]])
	case "act":
		t.acted = append(t.acted, [2]string{arg[0], arg[1]})
		return h.act(arg[0], arg[1])
	case "gate", "await":
	case "command_":
		return h.command(arg[1])
	default:
		return h.system(c[0], arg)
	}
	return nil
}

// undo puts everything back, last things first, and brings units to the old
// files.
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

func (t *transaction) stage(p string, f file) error {
	if up := t.h.files[path.Dir(p)]; up.kind != 'd' {
		return fmt.Errorf("%s is no directory", path.Dir(p))
	}
	t.staged[p] = f
	return nil
}

func (t *transaction) restore(p string) error {
	old := t.saved[p]
	switch {
	case old != nil:
		return t.h.place(p, *old)
	case t.h.files[p].kind == 'd':
		return t.h.removeDirectory(p)
	}
	delete(t.h.files, p)
	return nil
}

// place is mv -T: a directory takes the place of nothing, and nothing takes that
// of a directory.
func (h *host) place(p string, f file) error {
	if up := h.files[path.Dir(p)]; up.kind != 'd' {
		return fmt.Errorf("%s is no directory", path.Dir(p))
	}
	if old, ok := h.files[p]; ok && (old.kind == 'd') != (f.kind == 'd') {
		return fmt.Errorf("%s is in the way", p)
	}
	h.files[p] = f
	return nil
}

func (h *host) removeDirectory(p string) error {
	for other := range h.files {
		if strings.HasPrefix(other, p+"/") {
			return fmt.Errorf("%s is not empty: %s", p, other)
		}
	}
	delete(h.files, p)
	return nil
}

// attributes sets owner, group and mode from the words of a verb.
func attributes(f file, arg []string) file {
	f.owner, f.group = arg[0], arg[1]
	f.mode, _ = strconv.ParseInt(arg[2], 8, 64)
	return f
}
