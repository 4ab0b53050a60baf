package run

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"odooctl/playbooks"
	"odooctl/tasks"
)

func init() {
	tasks.Register("test.way", "a way that is open while a file says so", func() tasks.Task { return &testWay{} })
}

type testWay struct {
	Path string `yaml:"path"`
}

func (w *testWay) Plan(h *tasks.Host) error {
	err := h.Reach(tasks.Reach{Shell: "cat " + w.Path, Judge: func(text string) error {
		if text != "open\ndoor" {
			return fmt.Errorf("the way is %s", text)
		}
		return nil
	}})
	if err != nil {
		h.Warn("%v", err)
	}
	return nil
}

// TestProveWays: once all is applied, hosts are asked for the ways that they need to
// those which were changed, and fail where one is closed.
func TestProveWays(t *testing.T) {
	d := newDesk(t, "a", "b", "c")
	door := filepath.Join(t.TempDir(), "door")
	say := func(text string) {
		if err := os.WriteFile(door, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	inv := parsed(t, `hosts: {a: {address: 192.0.2.1}, b: {address: 192.0.2.2}, c: {address: 192.0.2.3}}
deployments:
  one: {odoo: {hosts: [a]}, postgresql: {host: b, role: {password: x}}}
  two: {postgresql: {host: c, role: {password: x}}}
`)
	book := func(text string) *playbooks.Playbook {
		return played(t, fmt.Sprintf("- hosts: b\n  tasks: [{test.file: {path: /etc/b, text: %s}}]\n- hosts: all\n"+
			"  tasks: [{test.way: {path: %s}}]\n", text, door))
	}
	for _, test := range []struct {
		door, text, want string
		exit             int
	}{
		{"open\ndoor\n", "one", "a ok, b changed, c ok", 0},
		{"closed\n", "one", "a ok, b ok, c ok", 0}, // nothing was changed: the plan has warned
		{"closed\n", "two", "a failed, b failed, c ok", 2},
	} {
		say(test.door)
		r, err := d.apply(t.Context(), inv, book(test.text))
		if err != nil {
			t.Fatal(err)
		}
		if got := states(r); got != test.want || r.Exit() != test.exit {
			t.Errorf("%s, %s: %s, exit %d; want %s, exit %d", test.door, test.text, got, r.Exit(), test.want, test.exit)
		}
		for _, o := range r.Failed() {
			if !strings.Contains(o.Err.Error(), o.Host+": applied, and the way is closed") {
				t.Errorf("%s: %v", o.Host, o.Err)
			}
		}
	}
	if text := d.journal("last"); !strings.Contains(text, "the way is closed") {
		t.Errorf("the journal does not have it:\n%s", text)
	}
}
