package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"

	"odooctl/bench/side/result"
)

// describe returns the machine and the versions of the measurement.
func describe(ctx context.Context) (m result.Machine, err error) {
	m.Cores = runtime.NumCPU()
	if m.CPU, err = find("/proc/cpuinfo", `(?m)^model name\s*: (.+)$`); err != nil {
		return m, err
	}
	if m.Kernel, err = find("/proc/sys/kernel/osrelease", `(\S+)`); err != nil {
		return m, err
	}
	if m.System, err = find("/etc/os-release", `(?m)^PRETTY_NAME="(.+)"$`); err != nil {
		return m, err
	}
	memory, err := find("/proc/meminfo", `(?m)^MemTotal:\s+(\d+) kB$`)
	if err != nil {
		return m, err
	}
	kb, err := strconv.ParseInt(memory, 10, 64)
	if err != nil {
		return m, err
	}
	m.MemoryMB = kb >> 10
	m.Versions = map[string]string{"Go": strings.TrimPrefix(runtime.Version(), "go")}
	for name, ask := range map[string][]string{
		"odooctl":      {"git", "describe", "--tags", "--always", "--dirty"},
		"OpenSSH":      {"ssh", "-V"},
		"ansible-core": {"dpkg-query", "-W", "-f", "${Version}", "ansible-core"},
		"Ansible":      {"dpkg-query", "-W", "-f", "${Version}", "ansible"},
		"Mitogen":      {"dpkg-query", "-W", "-f", "${Version}", "ansible-mitogen"},
	} {
		out, err := exec.CommandContext(ctx, ask[0], ask[1:]...).CombinedOutput()
		if err != nil {
			return m, fmt.Errorf("version of %s: %w: %s", name, err, out)
		}
		version, _, _ := strings.Cut(strings.TrimSpace(string(out)), ",")
		m.Versions[name] = strings.TrimPrefix(version, "OpenSSH_")
	}
	return m, nil
}

// find returns the first group of an expression in a file.
func find(path, expression string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	found := regexp.MustCompile(expression).FindStringSubmatch(string(text))
	if found == nil {
		return "", fmt.Errorf("%s has no %s", path, expression)
	}
	return found[1], nil
}

// loadNow is the load average of the last minute, or -1.
func loadNow() float64 {
	text, err := find("/proc/loadavg", `^(\S+)`)
	if err != nil {
		return -1
	}
	load, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return -1
	}
	return load
}
