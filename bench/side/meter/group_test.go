package meter

import (
	"testing"
	"time"
)

func TestGroups(t *testing.T) {
	for _, c := range []struct {
		name, mounts, cpu, memory string
		fails                     bool
	}{
		{"version 2", "cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid 0 0\n", "/sys/fs/cgroup/odooctl-bench-x",
			"/sys/fs/cgroup/odooctl-bench-x", false},
		{"version 1, and 2 without controllers",
			"cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,cpu,cpuacct 0 0\ncgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0\n" +
				"cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n",
			"/sys/fs/cgroup/cpu,cpuacct/odooctl-bench-x", "/sys/fs/cgroup/memory/odooctl-bench-x", false},
		{"no memory", "cgroup /sys/fs/cgroup/cpuacct cgroup rw,cpuacct 0 0\n", "", "", true},
	} {
		cpu, memory, err := groups(c.mounts, "x")
		if (err != nil) != c.fails || !c.fails && (cpu.dir != c.cpu || memory.dir != c.memory) {
			t.Errorf("%s: %q, %q, %v; want %q, %q", c.name, cpu.dir, memory.dir, err, c.cpu, c.memory)
		}
	}
}

func TestUsage(t *testing.T) {
	got, err := usage("usage_usec 1500000\nuser_usec 1000000\nsystem_usec 500000\n")
	if err != nil || got != 1500*time.Millisecond {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := usage("user_usec 1\n"); err == nil {
		t.Error("a file without usage_usec is no error")
	}
}
