package tasks

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCheckoutGuarded: edits in a guarded checkout are reported when it is read, and
// stop a plan that was made before. The SSH key reaches git, and is not kept.
func TestCheckoutGuarded(t *testing.T) {
	t.Parallel()
	s := newScratch(t)
	makeAddons(s)
	url, first, _ := repository(t)
	edited := false
	at := func(url, rev string) *Plan {
		return s.plan(func(h *Host) error {
			h.CheckoutWith(addons+"/git", url, rev,
				Access{Key: "the private key\n", KnownHosts: "it ssh-ed25519 AAAA\n", Guard: true})
			edited = h.Edited(addons + "/git")
			return nil
		})
	}
	s.mustApply(at(url, first))
	if edited {
		t.Error("a new checkout is edited")
	}
	move := at(url, "v2")
	s.file(addons+"/git/file", "edited")
	if code, out := s.apply(move); code != int(ExitStale) ||
		!strings.Contains(out, "changed since it was read: files in "+addons+"/git") {
		t.Errorf("exit %d: %s", code, out)
	}
	if at(url, "v2"); !edited {
		t.Error("that a file was edited is not told")
	}
	s.file(addons+"/git/file", "one")
	// SSH prints its arguments, and fails.
	s.write(filepath.Join(s.bin, "ssh"), "#!/bin/sh\necho \"$@\" >&2\ncat \"$2\" >&2\nexit 1\n", 0o755)
	code, out := s.apply(at("ssh://git@nowhere.example/app.git", "v2"))
	for _, want := range []string{"IdentitiesOnly=yes", "StrictHostKeyChecking=yes", "UserKnownHostsFile=",
		"the private key"} {
		if code != int(ExitPutBack) || !strings.Contains(out, want) {
			t.Errorf("exit %d, %s is missing:\n%s", code, want, out)
		}
	}
	err := filepath.WalkDir(s.root+stateDir, func(p string, d os.DirEntry, err error) error {
		if data, _ := os.ReadFile(p); strings.Contains(string(data), "the private key") &&
			!strings.HasSuffix(p, "/err") {
			t.Errorf("the key is left in %s", p)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
