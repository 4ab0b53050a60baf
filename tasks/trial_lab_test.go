//go:build lab

package tasks

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// inNamespace returns this machine as a host, with folders of its own at /opt and /var/lib.
func inNamespace(t *testing.T) *scratch {
	t.Helper()
	s := newScratch(t)
	s.root = ""
	holder := exec.Command("unshare", "-m", "sh", "-c", "mount --make-rprivate / && "+
		"mount -t tmpfs -o mode=755 none /opt && mount -t tmpfs -o mode=755 none /var/lib && echo ready && exec sleep 600")
	out, err := holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { holder.Process.Kill(); holder.Wait() })
	time.AfterFunc(time.Minute, func() { out.Close() })
	if n, err := out.Read(make([]byte, 6)); n == 0 {
		t.Fatal("no namespace: ", err)
	}
	bin := t.TempDir()
	s.write(bin+"/sh", fmt.Sprintf("#!/bin/sh\nexec nsenter -m -t %d /bin/sh \"$@\"\n", holder.Process.Pid), 0o755)
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	return s
}

// TestRehearsedFolders: a check sees whole folders as they will be, new, changed and checked out,
// before anything of them is swapped, as any user; and what it sees is gone again.
func TestRehearsedFolders(t *testing.T) {
	s := inNamespace(t)
	url, first, second := repository(t)
	if code, out := s.sh("mkdir -p /opt/odoo/addons/old && echo 1 >/opt/odoo/addons/old/x && "+
		"git clone -q '"+url+"' /opt/odoo/addons/git && cd /opt/odoo/addons/git && git checkout -q "+first+
		" && echo '"+first+" "+first+" "+url+"' >.git/odooctl-rev", nil); code != 0 {
		t.Fatal(out)
	}
	see := func(h *Host, run string) {
		h.Check(Check{Unit: "checked.service", Title: "its reader", Run: run})
		h.Notify("checked.service", Restart, "of the test")
		h.Tree("/opt/odoo/addons/old", map[string]TreeFile{"x": TextFile("2\n"), "d/y": TextFile("3\n")})
		h.Tree("/opt/odoo/addons/new", map[string]TreeFile{"z": TextFile("4\n")})
		h.Checkout("/opt/odoo/addons/git", url, second)
		h.Directory("/opt/shop", "root", "root", 0o755)
		h.Directory("/opt/shop/addons", "root", "root", 0o755)
		h.Tree("/opt/shop/addons/e2e", map[string]TreeFile{"z": TextFile("5\n")})
	}
	const all = "cd /opt/odoo/addons && as nobody nogroup find . -type f ! -path '*/.git/*' -exec cksum {} + | sort -k3"
	_, before := s.sh(Rights+all, nil)
	var seen string
	for _, c := range []struct {
		run  string
		code int
	}{{"false", int(ExitPutBack)}, {all + "; false", int(ExitPutBack)}, {all, 0}} {
		p := s.plan(func(h *Host) error { see(h, c.run); return nil })
		script, payload, ok := p.Trial(Run{ID: "run-trial", Who: "test"})
		if !ok {
			t.Fatalf("no trial of %v", p.Changes)
		}
		code, out := s.sh(script, payload)
		if code != c.code || code == 0 && !strings.Contains(out, "note: checked before the swap") {
			t.Fatalf("exit %d\n%s", code, out)
		}
		if strings.HasPrefix(c.run, all+";") {
			seen = out
		}
		if _, after := s.sh(Rights+all, nil); after != before {
			t.Errorf("it left\n%s", after)
		}
		_, left := s.sh("find /opt -name '*odooctl-run*' -o -path '*shop*'; ls -d /var/lib/odooctl/runs/*/laid", nil)
		if strings.Contains(left, "/opt/") || !strings.Contains(left, "No such file") {
			t.Errorf("it left %s", left)
		}
	}
	for _, want := range []string{"./new/z", "./old/d/y", "./old/x", "./git/"} {
		if !strings.Contains(seen, want) {
			t.Errorf("the check has not seen %s:\n%s", want, seen)
		}
	}
	if strings.Contains(seen, strings.Split(before, "\n")[0]) {
		t.Errorf("the check has seen what was there:\n%s", seen)
	}
}
