package lab

import (
	"slices"
	"testing"
)

const mountinfo = `22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 master:2 - ext4 /dev/vda rw,discard
40 27 0:30 / /var/lib/lab/dev/hosts/db1/root rw,relatime - overlay odooctl-lab rw,lowerdir=/var/cache/lab/bookworm-1,upperdir=/var/lib/lab/dev/hosts/db1/upper,workdir=/w,index=off
41 40 0:31 / /var/lib/lab/dev/hosts/db1/root/proc rw - proc proc rw
42 27 0:32 / /var/lib/lab/dev2/hosts/db1/root rw - overlay odooctl-lab rw,lowerdir=/var/cache/lab/odoo14-2:/base,upperdir=/u,workdir=/w
43 27 0:33 / /mnt/with\040space\134 rw - tmpfs tmpfs rw
44 27 0:34 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd
45 27 0:35 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
46 27 0:36 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
47 27 0:36 / /tmp/unifiedAbCdEf rw - cgroup2 cgroup2 rw
`

func table(t *testing.T, text string) mountTable {
	t.Helper()
	parsed, err := parseMounts(text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestMountsUnder(t *testing.T) {
	tests := []struct {
		path string
		want []string
	}{
		{"/var/lib/lab/dev", []string{"/var/lib/lab/dev/hosts/db1/root", "/var/lib/lab/dev/hosts/db1/root/proc"}},
		{"/var/lib/lab/dev/hosts/db1/root", []string{"/var/lib/lab/dev/hosts/db1/root",
			"/var/lib/lab/dev/hosts/db1/root/proc"}},
		{"/var/lib/lab/dev2", []string{"/var/lib/lab/dev2/hosts/db1/root"}},
		{"/var/lib/lab/dev3", nil},
		{`/mnt/with space\`, []string{`/mnt/with space\`}},
		{"/mnt/with", nil},
	}
	for _, test := range tests {
		var got []string
		for _, m := range table(t, mountinfo).under(test.path) {
			got = append(got, m.point)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("under %s: %q, want %q", test.path, got, test.want)
		}
	}
}

func TestOverlayOn(t *testing.T) {
	tests := map[string]string{
		"/var/cache/lab/bookworm-1": "/var/lib/lab/dev/hosts/db1/root",
		"/var/cache/lab/odoo14-2":   "/var/lib/lab/dev2/hosts/db1/root",
		"/base":                     "/var/lib/lab/dev2/hosts/db1/root",
		"/var/cache/lab/bookworm":   "",
		"/var/cache/lab/odoo19-3":   "",
	}
	for path, want := range tests {
		m, used := table(t, mountinfo).overlayOn(path)
		if m.point != want || used != (want != "") {
			t.Errorf("%s: %q, %v, want %q", path, m.point, used, want)
		}
	}
}

func TestRootIsTheLastMount(t *testing.T) {
	root, ok := table(t, mountinfo+"50 27 0:40 / / rw - overlay over rw,upperdir=/u\n").root()
	if !ok || root.super["upperdir"] != "/u" {
		t.Errorf("root %+v, %v", root, ok)
	}
	if _, ok := table(t, "").root(); ok {
		t.Error("an empty table has a root")
	}
}

func TestParseMountsRefusesWhatItCannotRead(t *testing.T) {
	for _, text := range []string{"22 27 0:21 / /proc rw,relatime proc proc rw\n", "22 - proc\n", "\n"} {
		if got, err := parseMounts(text); err == nil {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
}

func TestCgroups(t *testing.T) {
	got := cgroups(table(t, mountinfo), "dev", "db1")
	want := []string{"/sys/fs/cgroup/systemd/odooctl-lab/dev/db1", "/sys/fs/cgroup/unified/odooctl-lab/dev/db1"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if onlyUnified(table(t, mountinfo)) {
		t.Error("a machine with cgroup v1 counts as one without")
	}
	if !onlyUnified(table(t, "46 27 0:36 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n")) {
		t.Error("a machine without cgroup v1 counts as one with it")
	}
}

func FuzzParseMounts(f *testing.F) {
	f.Add(mountinfo)
	f.Add("1 2 3:4 / /a rw - t s\n")
	f.Add("1 2 3:4 / / rw - t  rw,=,\\040\n")
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := parseMounts(text)
		if err != nil {
			return
		}
		for _, m := range parsed {
			if m.fstype == "" || m.point == "" {
				t.Errorf("%q gives %+v", text, m)
			}
		}
	})
}
