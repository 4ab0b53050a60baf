//go:build lab

package sshconfig_test

import (
	"os"
	"os/exec"
	"os/user"
	"slices"
	"strings"
	"testing"

	"odooctl/remote/sshconfig"
)

// TestAsOpenSSH compares with ssh -G for the same files. It is a lab test because it
// needs OpenSSH's client.
func TestAsOpenSSH(t *testing.T) {
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	defaults := oracle(t, os.DevNull, "app1")
	for _, c := range table {
		t.Run(c.name, func(t *testing.T) {
			file := writeConfig(t, c.config, me.Username)
			config := load(t, sshconfig.Machine{Home: me.HomeDir, User: me.Username}, file)
			got := printed(c.host, config.Host(sshconfig.Target{Name: c.host}))
			want := slices.DeleteFunc(oracle(t, file, c.host), func(l string) bool {
				return slices.Contains(defaults, l) && !strings.HasPrefix(l, "hostname ")
			})
			if !slices.Equal(got, want) {
				t.Errorf("got    %q\nssh -G %q", got, want)
			}
		})
	}
}

// oracle returns the lines of ssh -G whose keywords printed knows.
func oracle(t *testing.T, file, host string) (lines []string) {
	t.Helper()
	out, err := exec.Command("ssh", "-G", "-F", file, host).CombinedOutput()
	if err != nil {
		t.Fatalf("ssh -G: %v: %s", err, out)
	}
	known := []string{"hostname", "user", "port", "identityfile", "identitiesonly", "proxyjump", "userknownhostsfile",
		"hostkeyalias", "connecttimeout", "serveraliveinterval", "serveralivecountmax", "stricthostkeychecking"}
	for line := range strings.Lines(string(out)) {
		if keyword, value, _ := strings.Cut(strings.TrimSpace(line), " "); slices.Contains(known, keyword) &&
			value != "none" {
			lines = append(lines, keyword+" "+value)
		}
	}
	slices.Sort(lines)
	return lines
}
