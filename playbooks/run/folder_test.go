package run

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	osuser "os/user"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/playbooks/connect"
	"odooctl/remote"
	"odooctl/tasks"
)

// folders are hosts that are folders: the real scripts run in them by the real
// sh. A host that is away cannot be reached.
type folders struct {
	t    *testing.T
	root string
	away map[string]bool
	now  time.Time // an hour later with each reading: no plan depends on it
}

func newFolders(t *testing.T, hosts ...string) *folders {
	t.Helper()
	f := &folders{t: t, root: t.TempDir(), away: map[string]bool{}, now: time.Date(2026, 11, 22, 17, 0, 0, 0, time.UTC)}
	for _, h := range hosts {
		for _, dir := range []string{"etc", "var/lib"} {
			if err := os.MkdirAll(filepath.Join(f.root, h, dir), 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
	return f
}

func (f *folders) write(host, path, text string) {
	f.t.Helper()
	if err := os.WriteFile(filepath.Join(f.root, host, path), []byte(text), 0o644); err != nil {
		f.t.Fatal(err)
	}
}

// text returns what a file of a host holds; "" where there is none.
func (f *folders) text(host, path string) string {
	data, _ := os.ReadFile(filepath.Join(f.root, host, path))
	return string(data)
}

func (f *folders) connect(_ context.Context, h *inventory.Host) (connect.Shell, error) {
	if f.away[h.Name] {
		return nil, &remote.Error{Host: h.Name, Kind: remote.Unreachable, Tried: "connect to " + h.Address, Got: "refused",
			Err: errors.New("refused")}
	}
	return folder(filepath.Join(f.root, h.Name)), nil
}

// folder is the shell of one host. The scripts name paths from the root of the
// host; here that is the folder.
type folder string

func (f folder) Close() error { return nil }

func (f folder) Run(ctx context.Context, script string, stdin []byte) (remote.Result, error) {
	script = strings.NewReplacer("cd ''/ ", "cd '"+string(f)+"'/ ", "root=''\n", "root='"+string(f)+"'\n").Replace(script)
	cmd := exec.CommandContext(ctx, "sh", "-c", script)
	cmd.Stdin = bytes.NewReader(stdin)
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		err = nil
	}
	return remote.Result{Stdout: out.Bytes(), Stderr: stderr.Bytes(), Code: cmd.ProcessState.ExitCode()}, err
}

// read loads the inventory and plans.
func (f *folders) read(inv *inventory.Inventory, book *playbooks.Playbook) *Run {
	f.t.Helper()
	f.now = f.now.Add(time.Hour)
	now := f.now
	r, err := Read(f.t.Context(), inv, book, Options{
		Forks: 1, Who: "me@here", Connect: f.connect, Rand: rand.Reader,
		Now: func() time.Time { return now },
	})
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { r.Close() })
	return r
}

func init() {
	tasks.Register("test.file", "a file for the tests of package playbooks", func() tasks.Task { return &testFile{} })
}

// testFile keeps a file that belongs to whoever runs the tests. Passwords in it
// are secret.
type testFile struct {
	Path string `yaml:"path"`
	Text string `yaml:"text"`
}

func (f *testFile) Plan(h *tasks.Host) error {
	me, err := osuser.Current()
	if err != nil {
		return err
	}
	group, err := osuser.LookupGroupId(me.Gid)
	if err != nil {
		return err
	}
	if strings.HasPrefix(f.Text, "fail") {
		return fmt.Errorf("%s: %s", f.Path, f.Text)
	}
	h.File(f.Path).SetText(f.Text).Own(me.Username, group.Name, 0o600).Hide(func(text string,
		mask func(string) string) string {
		return regexp.MustCompile(`(?m)^password = (.*)$`).ReplaceAllStringFunc(text, func(line string) string {
			return "password = " + mask(line[len("password = "):])
		})
	})
	return nil
}

func parsed(t *testing.T, text string) *inventory.Inventory {
	t.Helper()
	inv, err := inventory.Parse("/srv/inventory.yaml", []byte(text), inventory.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

func played(t *testing.T, text string) *playbooks.Playbook {
	t.Helper()
	book, err := playbooks.Parse("test.yaml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	return book
}
