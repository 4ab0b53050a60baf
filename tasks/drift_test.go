package tasks

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"odooctl/remote/shell"
)

// TestDrift: the files that changed after a unit, which started at second 100 of the machine's
// 1,000, has read them.
func TestDrift(t *testing.T) {
	t.Parallel()
	const boot = 1795348800 - 1000
	use := Use{Unit: "a.service", Files: []string{"/etc/a.conf", "/etc/a.d/*.conf"}}
	for _, test := range []struct {
		name  string
		unit  string
		times string // NAME SECOND...
		since int64
		want  string
	}{
		{"as it was", "ActiveState=active", "/etc/a.conf 99 /etc/a.d/1.conf 101", 0, ""},
		{"changed since", "ActiveState=active", "/etc/a.conf 99 /etc/a.d/1.conf 102", 0,
			"a.service has not read /etc/a.d/1.conf since it changed on 2026-11-22 11:45:02 UTC"},
		{"read since", "ActiveState=active", "/etc/a.conf 102", boot + 200, ""},
		{"changed after that", "ActiveState=active", "/etc/a.conf 300", boot + 200, "/etc/a.conf since"},
		{"another's file", "ActiveState=active", "/etc/b.conf 300", 0, ""},
		{"it does not run", "ActiveState=inactive", "/etc/a.conf 300", 0, ""},
		{"a unit file", "ActiveState=active NeedDaemonReload=yes", "", 0, "systemctl daemon-reload"},
	} {
		u, said := use, ""
		u.Since = test.since
		f := strings.Fields(test.times)
		for i := 0; i < len(f); i += 2 {
			var second int64
			fmt.Sscan(f[i+1], &second)
			said += fmt.Sprintf("%d %s\x00", boot+second, f[i])
		}
		h := heard(t, func(h *Host) { u.Watch(h); times.Get(h, "/etc/b.*") }, "facts", goodFacts+"uptime 1000\n", "units",
			"Id=a.service\nLoadState=loaded\nExecMainStartTimestampMonotonic=100000000\n"+
				strings.ReplaceAll(test.unit, " ", "\n")+"\n", "times", said)
		got := strings.Join(u.Service(h.Host).Drift, "; ")
		if (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// TestChanges: the program that says when files were changed follows links, passes over what
// is not there, and no name can forge another's.
func TestChanges(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for i, name := range []string{"one.conf", "two words.conf", "line\n9 /etc/forged.conf"} {
		file := filepath.Join(dir, name)
		if name == "line\n9 /etc/forged.conf" {
			file = filepath.Join(dir, "line\n9 forged.conf")
		}
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, time.Time{}, time.Unix(int64(1000+i), 0)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("one.conf", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	program := shell.Call(changes, "changed", dir+"/*.conf", dir+"/link", dir+"/none", dir+"/none*")
	out, err := exec.Command("sh", "-c", program).CombinedOutput()
	want := []string{"1002 " + dir + "/line\n9 forged.conf", "1000 " + dir + "/one.conf",
		"1001 " + dir + "/two words.conf",
		"1000 " + dir + "/link", ""}
	if got := string(out); err != nil || got != strings.Join(want, "\x00") {
		t.Errorf("%q, want %q (%v)", got, want, err)
	}
}

// TestLastLine: a unit's own log has its last line, or else the journal.
func TestLastLine(t *testing.T) {
	t.Parallel()
	u := Use{Unit: "a.service", Log: "echo from its log"}
	failed := "Id=a.service\nLoadState=loaded\nActiveState=failed\nResult=exit-code\nExecMainStatus=1\n"
	inv := heard(t, func(h *Host) { h.Unit("a.service") }, "facts", goodFacts, "units", failed)
	u.Watch(inv.Host)
	asked := inv.Questions()[kindOutput]
	if len(asked) != 1 {
		t.Fatalf("it asks %q", asked)
	}
	out, err := exec.Command("sh", "-c", asked[0]).CombinedOutput()
	if string(out) != "from its log\n" || err != nil {
		t.Errorf("%q, %v", out, err)
	}
	u.Log = "false"
	out, err = exec.Command("sh", "-c", "journalctl() { echo \"$*\"; }\n"+u.last()).CombinedOutput()
	if want := "-q --no-pager -o cat -n 2 _SYSTEMD_UNIT=a.service\n"; string(out) != want || err != nil {
		t.Errorf("%q, want %q (%v)", out, want, err)
	}
}
