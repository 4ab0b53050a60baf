package sshconfig_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"odooctl/remote"
	"odooctl/remote/sshconfig"
)

// configuration is one of testdata/configs.txtar, written to a folder.
type configuration struct {
	name, file, text string
	hosts            []string
}

func configurations(t testing.TB, me string) (all []configuration) {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/configs.txtar")
	if err != nil {
		t.Fatal(err)
	}
	dirs := map[string]string{}
	for _, f := range archive.Files {
		name, path, included := strings.Cut(f.Name, "/")
		if dirs[name] == "" {
			dirs[name] = t.TempDir()
		}
		text := strings.NewReplacer("DIR", dirs[name], "ME", me).Replace(string(f.Data))
		if !included {
			path = "config"
			first, _, _ := strings.Cut(text, "\n")
			hosts, ok := strings.CutPrefix(first, "# hosts: ")
			if !ok {
				t.Fatalf("%s: names no hosts", name)
			}
			all = append(all, configuration{name, filepath.Join(dirs[name], path), text, strings.Fields(hosts)})
		}
		file := filepath.Join(dirs[name], path)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// TestAsOpenSSH compares the answers for each configuration with those of ssh -G.
func TestAsOpenSSH(t *testing.T) {
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	machine := sshconfig.Machine{Home: me.HomeDir, User: me.Username, Env: os.Getenv, UID: os.Getuid(),
		Run: remote.Succeeds}
	if machine.Hostname, err = os.Hostname(); err != nil {
		t.Fatal(err)
	}
	defaults := theirs(t, os.DevNull, "host")
	answers := 0
	for _, c := range configurations(t, me.Username) {
		t.Run(c.name, func(t *testing.T) {
			_, differs := strings.CutPrefix(c.name, "differs: ")
			same := true
			for _, host := range c.hosts {
				got, want := ours(machine, c.file, host, defaults), theirs(t, c.file, host)
				if !slices.Equal(got, want) {
					same = false
					if !differs {
						t.Errorf("%s\ngot    %q\nssh -G %q", host, without(got, want), without(want, got))
					}
				}
				answers++
			}
			if same && differs {
				t.Errorf("does not differ any more: take it off the list in docs/inventory.md")
			}
		})
	}
	t.Logf("%d answers compared", answers)
}

func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) })
}

var badLine = regexp.MustCompile(`(?:line |:)(\d+):`)

// compared are the keywords of ssh -G that are followed, but for lists of algorithms, which
// ssh -G prints as it would offer them.
var compared = strings.Fields(`hostname user port identityfile identitiesonly proxyjump proxycommand userknownhostsfile
	globalknownhostsfile hostkeyalias connecttimeout serveraliveinterval serveralivecountmax stricthostkeychecking
	identityagent pubkeyauthentication controlpath`)

// theirs are the lines of ssh -G that are compared, or the lines that it refuses.
func theirs(t *testing.T, file, host string) (lines []string) {
	t.Helper()
	cmd := exec.Command("ssh", "-G", "-F", file, host)
	out, err := cmd.Output()
	var refused *exec.ExitError
	if errors.As(err, &refused) {
		for _, m := range badLine.FindAllStringSubmatch(string(refused.Stderr), -1) {
			lines = append(lines, "bad line "+m[1])
		}
		return distinct(lines)
	} else if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		keyword, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if slices.Contains(compared, keyword) && value != "none" && value != "SSH_AUTH_SOCK" && value != "" {
			if home, err := os.UserHomeDir(); err == nil && (keyword == "identityfile" || keyword == "identityagent") {
				value = strings.Replace(value, "~", home, 1)
			}
			lines = append(lines, keyword+" "+value)
		}
	}
	return distinct(lines)
}

// ours is what ssh -G would print for the settings, with its defaults for what they leave out.
func ours(m sshconfig.Machine, file, host string, defaults []string) (lines []string) {
	config, err := sshconfig.Load(m, file)
	if err != nil {
		for _, match := range badLine.FindAllStringSubmatch(err.Error(), -1) {
			lines = append(lines, "bad line "+match[1])
		}
		return distinct(lines)
	}
	s := config.Host(context.Background(), sshconfig.Target{Name: host})
	set := map[string][]string{}
	for keyword, value := range map[string]string{
		"hostname": s.HostName, "user": s.User, "proxyjump": s.ProxyJump, "proxycommand": s.ProxyCommand,
		"hostkeyalias": s.HostKeyAlias, "identityagent": s.IdentityAgent, "port": strconv.Itoa(s.Port),
		"connecttimeout":        strconv.Itoa(int(s.ConnectTimeout.Seconds())),
		"serveraliveinterval":   strconv.Itoa(int(s.AliveInterval.Seconds())),
		"serveralivecountmax":   strconv.Itoa(s.AliveCountMax),
		"stricthostkeychecking": strings.NewReplacer("yes", "true", "no", "false", "off", "false").Replace(s.StrictHostKeys),
	} {
		if value != "" && value != "0" {
			set[keyword] = []string{value}
		}
	}
	if s.HostName == "" {
		set["hostname"] = []string{strings.ToLower(host)}
	}
	if s.IdentityFiles != nil {
		set["identityfile"] = s.IdentityFiles
	}
	if n := len(s.ControlPaths); n > 0 {
		set["controlpath"] = s.ControlPaths[n-1:] // as OpenSSH 9.2 has %C
	}
	if s.IdentitiesOnly {
		set["identitiesonly"] = []string{"yes"}
	}
	if s.NoKeys {
		set["pubkeyauthentication"] = []string{"false"}
	}
	if s.KnownHosts != nil {
		set["userknownhostsfile"] = []string{strings.Join(s.KnownHosts, " ")}
	}
	if s.GlobalKnownHosts != nil {
		set["globalknownhostsfile"] = []string{strings.Join(s.GlobalKnownHosts, " ")}
	}
	for _, line := range defaults {
		if keyword, _, _ := strings.Cut(line, " "); set[keyword] == nil {
			lines = append(lines, line)
		}
	}
	for keyword, values := range set {
		for _, value := range values {
			if value != "none" && value != "" {
				lines = append(lines, keyword+" "+value)
			}
		}
	}
	return distinct(lines)
}

func distinct(lines []string) []string {
	slices.Sort(lines)
	return slices.Compact(lines)
}
