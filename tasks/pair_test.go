package tasks_test

import (
	"fmt"
	"maps"
	"os"
	osuser "os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/rogpeppe/go-internal/txtar"

	"odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/tasks"
	"odooctl/tasks/tasktest"
)

// pair is a host twice: in memory, as tasks are tested on it, and as a folder on which
// the real scripts run. Where they differ, the one in memory is wrong.
type pair struct {
	t      *testing.T
	fake   *tasktest.Hosts
	real   *tasks.Scratch
	inv    *inventory.Inventory
	stages []tasks.Stage
	runs   int

	refused string // why there is no plan
}

// open makes the host of a case, and returns what its scripts are to say.
func (p *pair) open(a *txtar.Archive) (said string) {
	p.t.Helper()
	files := map[string][]byte{"playbook.yaml": nil}
	rest := &txtar.Archive{Files: []txtar.File{{Name: "inventory.yaml", Data: []byte("hosts: {h: {address: 192.0.2.1}}")}}}
	for _, f := range a.Files {
		files[f.Name] = f.Data
		if strings.HasPrefix(f.Name, "h:") {
			rest.Files = append(rest.Files, f)
		}
	}
	var err error
	if p.fake, p.inv, err = tasktest.Open(rest); err != nil {
		p.t.Fatal(err)
	}
	if len(a.Files) == 0 {
		return ""
	}
	book, err := playbooks.Parse("playbook.yaml", files["playbook.yaml"],
		func(name string) ([]byte, error) { return files["playbook/"+name], nil })
	if err != nil {
		p.t.Fatal(err)
	}
	if p.stages, err = book.Stages(p.inv, "", ""); err != nil {
		p.t.Fatal(err)
	}
	p.build(p.fake.Files("h"))
	for line := range strings.Lines(string(files["h: units"])) {
		if w := strings.Fields(line); len(w) == 3 {
			p.must(os.WriteFile(p.real.Bin+"/"+w[0], []byte(w[2]+"\n"), 0o644))
		}
	}
	users, groups := string(files["h: users"]), ""
	for line := range strings.Lines(users) {
		w := strings.Split(line, ":")
		groups += w[0] + ":x:" + w[3] + ":\n"
	}
	p.must(os.WriteFile(p.real.Accounts+"/etc/passwd", []byte(users), 0o644))
	p.must(os.WriteFile(p.real.Accounts+"/etc/group", []byte(groups), 0o644))
	return string(files["said"])
}

// build puts what stands on the host in memory on the real one.
func (p *pair) build(files map[string]tasktest.File) {
	p.t.Helper()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, at := files[name], p.real.Root+name
		switch f.Kind {
		case 'd':
			p.must(os.MkdirAll(at, 0o755))
		case 'l':
			p.must(os.Symlink(f.Text, at))
		default:
			p.must(os.WriteFile(at, []byte(f.Text), 0o600))
		}
		owner, err := osuser.Lookup(f.Owner)
		p.must(err)
		group, err := osuser.LookupGroup(f.Group)
		p.must(err)
		uid, _ := strconv.Atoi(owner.Uid)
		gid, _ := strconv.Atoi(group.Gid)
		p.must(os.Lchown(at, uid, gid))
		if f.Kind != 'l' {
			p.must(syscall.Chmod(at, uint32(f.Mode)))
		}
	}
}

// tree is what stands on the real host.
func (p *pair) tree() map[string]tasktest.File {
	p.t.Helper()
	files := map[string]tasktest.File{}
	p.must(filepath.WalkDir(p.real.Root, func(at string, d os.DirEntry, err error) error {
		name := strings.TrimPrefix(at, p.real.Root)
		switch {
		case err != nil || name == "":
			return err
		case name == "/var/lib/odooctl":
			return filepath.SkipDir
		}
		info, err := d.Info()
		p.must(err)
		stat := info.Sys().(*syscall.Stat_t)
		owner, err := osuser.LookupId(fmt.Sprint(stat.Uid))
		p.must(err)
		group, err := osuser.LookupGroupId(fmt.Sprint(stat.Gid))
		p.must(err)
		f := tasktest.File{Kind: 'f', Owner: owner.Username, Group: group.Name, Mode: int64(stat.Mode & 0o7777)}
		switch {
		case d.IsDir():
			f.Kind = 'd'
		case info.Mode().IsRegular():
			text, err := os.ReadFile(at)
			p.must(err)
			f.Text = string(text)
		default:
			f.Kind = 'l'
			if os.Geteuid() != 0 { // a link is its maker's, and nothing goes by whose it is
				f.Owner, f.Group = "root", "root"
			}
			f.Text, err = os.Readlink(at)
			p.must(err)
		}
		files[name] = f
		return nil
	}))
	return files
}

// plan reads both hosts, and returns the plan for both; nil where a task refuses.
func (p *pair) plan() *tasks.Plan {
	p.t.Helper()
	fake, told := p.planOn(p.fake.Answer)
	plan, want := p.planOn(p.real.Answer)
	p.differ("the plan", want, told)
	if plan == nil || fake == nil {
		p.refused = want
		return nil
	}
	run := tasks.Run{ID: "run", Who: "test", Root: p.real.Root}
	script, payload := plan.Pack(run)
	text, files := fake.Pack(run)
	p.differ("the packed plan", script, text)
	p.differ("its payload", tasks.Unpacked(payload), tasks.Unpacked(files))
	return plan
}

func (p *pair) planOn(answer func(*tasks.Picture, string) []byte) (*tasks.Plan, string) {
	p.t.Helper()
	fleet := tasks.NewFleet(p.inv, time.Unix(0, 0))
	fleet.Salt = []byte("salt")
	for asking := fleet.Plan(p.stages); len(asking) > 0; asking = fleet.Plan(p.stages) {
		for _, picture := range asking {
			if err := picture.Learn("nonce", answer(picture, "nonce")); err != nil {
				p.t.Fatal(err)
			}
		}
	}
	h := fleet.Host("h")
	if h.Err() != nil {
		return nil, h.Err().Error()
	}
	plan := h.Plan(0, len(p.stages)-1)
	var text strings.Builder
	tasks.WritePlans(&text, []*tasks.Plan{plan}, tasks.Style{Diffs: true, Full: true})
	return plan, text.String() + strings.Join(plan.Warnings, "\n")
}

// apply makes the plan on both, and returns how the script ends and what it says. Behind
// that line, or its last, it fails; -1 = it does not.
func (p *pair) apply(plan *tasks.Plan, line int) string {
	p.t.Helper()
	p.runs++
	script, payload := plan.Pack(tasks.Run{ID: fmt.Sprintf("run%d", p.runs), Who: "test", Root: p.real.Root})
	for whole := script; line >= 0 && script == whole; line-- {
		script, _ = tasktest.Break(whole, line)
	}
	code, said := p.fake.Run("h", script, payload)
	fake := fmt.Sprintf("exit %d\n%s", code, words(said))
	code, said = p.real.Run(script, payload)
	real := fmt.Sprintf("exit %d\n%s", code, words(strings.ReplaceAll(said, p.real.Root, "")))
	if real != fake {
		p.t.Errorf("what the script says:\n%s\nthe real one in full:\n%s", diff.Diff("real", []byte(real), "fake",
			[]byte(fake)), said)
	}
	p.differ("what stands on the host", dump(p.tree()), dump(p.fake.Files("h")))
	if left, _ := filepath.Glob(p.real.Root + "/var/lib/odooctl/runs/*/new/[0-9]*"); len(left) > 0 {
		p.t.Errorf("what the run was given is still on the host: %s", left)
	}
	return real
}

// words are what our own script says, without what tools say, and how long they took.
func words(said string) (text string) {
	for line := range strings.Lines(said) {
		if !strings.HasPrefix(line, "  ") && !strings.HasPrefix(line, "doing: ") && !strings.HasPrefix(line, "over: ") &&
			!strings.HasPrefix(line, "note: checked ") {
			text += line
		}
	}
	return text
}

func dump(files map[string]tasktest.File) (text string) {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f := files[name]
		text += fmt.Sprintf("%s %c %s:%s %04o %q\n", name, f.Kind, f.Owner, f.Group, f.Mode, f.Text)
	}
	return text
}

func (p *pair) differ(what, real, fake string) {
	p.t.Helper()
	if real != fake {
		p.t.Errorf("%s:\n%s", what, diff.Diff("real", []byte(real), "fake", []byte(fake)))
	}
}

func (p *pair) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}
