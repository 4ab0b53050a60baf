package lab

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// writeProcess makes the files of a process in /proc.
func writeProcess(t *testing.T, procfs, pid, command, status, mounts, groups string) {
	t.Helper()
	folder := filepath.Join(procfs, pid)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"cmdline": command, "status": status, "mountinfo": mounts,
		"cgroup": groups} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestProcessesOfALab(t *testing.T) {
	procfs := t.TempDir()
	rootOf := func(upper string) string {
		return "40 27 0:30 / / rw - overlay odooctl-lab rw,lowerdir=/i,upperdir=" + upper + ",workdir=/w\n"
	}
	machine := "27 1 254:0 / / rw - ext4 /dev/vda rw\n" +
		"40 27 0:30 / /var/lib/lab/dev/hosts/db1/root rw - overlay odooctl-lab rw,upperdir=/var/lib/lab/dev/hosts/db1/upper\n"
	nspawn := "systemd-nspawn\x00--quiet\x00--directory=/var/lib/lab/dev/hosts/db1/root\x00--boot\x00"
	const elsewhere = "9:name=systemd:/\n0::/\n"
	in := func(group string) string { return "9:name=systemd:" + group + "\n8:pids:/\n0::" + group + "\n" }
	sleeps := func(ids string) string { return "Name:\tx\nState:\tS (sleeping)\nNSpid:\t" + ids + "\n" }
	db1, other := "/var/lib/lab/dev/hosts/db1/upper", "/var/lib/lab/dev2/hosts/db1/upper"

	writeProcess(t, procfs, "1", "/sbin/init\x00", sleeps("1"), machine, elsewhere)
	writeProcess(t, procfs, "100", nspawn, sleeps("100"), machine, in("/odooctl-lab/dev/db1"))
	writeProcess(t, procfs, "101", "/usr/lib/systemd/systemd\x00", sleeps("101\t1"), rootOf(db1),
		in("/odooctl-lab/dev/db1/init.scope"))
	writeProcess(t, procfs, "102", "postgres\x00", sleeps("102\t17"), rootOf(db1), elsewhere)
	writeProcess(t, procfs, "103", "", sleeps("103"), machine,
		in("/odooctl-lab/dev/db1")) // about to exec systemd-nspawn
	writeProcess(t, procfs, "104", "", "State:\tZ (zombie)\nNSpid:\t104\n", "", in("/odooctl-lab/dev/db1"))
	writeProcess(t, procfs, "105", nspawn, sleeps("105"), machine, in("/docker/f00/odooctl-lab/dev/db1"))
	writeProcess(t, procfs, "200", "/lib/systemd/systemd\x00", sleeps("200\t1"), rootOf(other),
		in("/odooctl-lab/dev2/db1"))
	writeProcess(t, procfs, "201", "/lib/systemd/systemd\x00", sleeps("201\t1"),
		rootOf("/var/lib/docker/overlay2/x"), elsewhere)
	writeProcess(t, procfs, "202", "bash\x00/var/lib/lab/dev/hosts/db1/root\x00", sleeps("202"), machine, elsewhere)
	writeProcess(t, procfs, "203", "", sleeps("203"), machine, elsewhere)

	all, err := listProcesses(procfs)
	if err != nil {
		t.Fatal(err)
	}
	dev := place{folder: "/var/lib/lab/dev", group: "/odooctl-lab/dev"}
	want := map[int]bool{100: true, 101: true, 102: true, 103: true, 105: true}
	inits := 0
	for _, p := range all {
		if p.isOf(dev) != want[p.pid] {
			t.Errorf("process %d %q: belongs to the lab: %v", p.pid, p.argv, !want[p.pid])
		}
		delete(want, p.pid)
		if p.isInit() && p.isOf(dev) {
			inits += p.pid
		}
	}
	if len(want) > 0 {
		t.Errorf("processes %v were not listed", want)
	}
	if inits != 101 {
		t.Errorf("the first process of the host is not 101 alone (sum %d)", inits)
	}
}

func TestInnermostPID(t *testing.T) {
	for status, want := range map[string]int{"NSpid:\t7\t3\t1\n": 1, "Name:\tx\nNSpid:\t7\n": 7, "NSpid:\n": 0, "": 0} {
		if got := innermostPID(status); got != want {
			t.Errorf("%q: %d, want %d", status, got, want)
		}
	}
}

func TestMissingPackages(t *testing.T) {
	has := func(commands ...string) func(string) (string, error) {
		return func(name string) (string, error) {
			for _, c := range commands {
				if c == name {
					return "/usr/bin/" + c, nil
				}
			}
			return "", os.ErrNotExist
		}
	}
	found := func(string) (os.FileInfo, error) { return nil, nil }
	got := missingPackages(has("ip", "ssh", "cp"), found)
	if strings.Join(got, " ") != "mmdebstrap systemd-container util-linux" {
		t.Errorf("missing %q", got)
	}
	got = missingPackages(has("mmdebstrap", "systemd-nspawn", "ip", "ssh", "nsenter", "setsid", "cp"), os.Stat)
	if _, err := os.Stat(archiveKeyring); (err == nil) != (len(got) == 0) {
		t.Errorf("missing %q", got)
	}
}
