package meter

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// group is a folder of a cgroup hierarchy.
type group struct {
	dir     string
	unified bool // version 2
}

// groups returns where a program's CPU time and memory are counted: one folder of
// version 2 if it has the controllers, else one of each of version 1.
func groups(mounts, name string) (cpu, memory group, err error) {
	for line := range strings.Lines(mounts) {
		f := strings.Fields(line)
		if len(f) < 4 {
			continue
		}
		options := strings.Split(f[3], ",")
		dir := filepath.Join(f[1], "odooctl-bench-"+name)
		switch {
		case f[2] == "cgroup" && slices.Contains(options, "cpuacct"):
			cpu = group{dir: dir}
		case f[2] == "cgroup" && slices.Contains(options, "memory"):
			memory = group{dir: dir}
		case f[2] == "cgroup2" && f[1] == "/sys/fs/cgroup":
			return group{dir, true}, group{dir, true}, nil
		}
	}
	if cpu.dir == "" || memory.dir == "" {
		return cpu, memory, errors.New("no cgroup counts CPU time and memory: want version 2 on /sys/fs/cgroup, or the " +
			"controllers cpuacct and memory of version 1")
	}
	return cpu, memory, nil
}

// time is the CPU time of all processes that were ever in the group.
func (g group) time() (time.Duration, error) {
	if !g.unified {
		ns, err := number(g.dir, "cpuacct.usage")
		return time.Duration(ns), err
	}
	text, err := os.ReadFile(filepath.Join(g.dir, "cpu.stat"))
	if err != nil {
		return 0, err
	}
	return usage(string(text))
}

// usage parses cpu.stat, see the kernel's Documentation/admin-guide/cgroup-v2.rst.
func usage(stat string) (time.Duration, error) {
	for line := range strings.Lines(stat) {
		if us, ok := strings.CutPrefix(strings.TrimSpace(line), "usage_usec "); ok {
			n, err := strconv.ParseInt(us, 10, 64)
			return time.Duration(n) * time.Microsecond, err
		}
	}
	return 0, fmt.Errorf("no usage_usec in cpu.stat: %q", stat)
}

// peak is the group's maximum memory, in bytes.
func (g group) peak() (int64, error) {
	if g.unified {
		return number(g.dir, "memory.peak")
	}
	return number(g.dir, "memory.max_usage_in_bytes")
}

// processes are the IDs of the processes in the group.
func (g group) processes() (pids []int, err error) {
	text, err := os.ReadFile(filepath.Join(g.dir, "cgroup.procs"))
	if err != nil {
		return nil, err
	}
	for _, word := range strings.Fields(string(text)) {
		pid, err := strconv.Atoi(word)
		if err != nil || pid <= 0 {
			return nil, fmt.Errorf("process %q in %s", word, g.dir)
		}
		pids = append(pids, pid)
	}
	return pids, nil
}
