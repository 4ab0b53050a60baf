package sshconfig_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"odooctl/remote/sshconfig"
)

// printed is what ssh -G would print for the settings.
func printed(name string, s sshconfig.Settings) (lines []string) {
	add := func(keyword, value string) {
		if value != "" && value != "0" {
			lines = append(lines, keyword+" "+value)
		}
	}
	host := s.HostName
	if host == "" {
		host = name
	}
	add("hostname", host)
	add("user", s.User)
	add("port", strconv.Itoa(s.Port))
	for _, file := range s.IdentityFiles {
		add("identityfile", file)
	}
	if s.IdentitiesOnly {
		add("identitiesonly", "yes")
	}
	add("proxyjump", s.ProxyJump)
	add("userknownhostsfile", strings.Join(s.KnownHosts, " "))
	add("hostkeyalias", s.HostKeyAlias)
	add("connecttimeout", strconv.Itoa(int(s.ConnectTimeout.Seconds())))
	add("serveraliveinterval", strconv.Itoa(int(s.AliveInterval.Seconds())))
	add("serveralivecountmax", strconv.Itoa(s.AliveCountMax))
	add("stricthostkeychecking", strings.Replace(s.StrictHostKeys, "yes", "true", 1))
	slices.Sort(lines)
	return lines
}

func TestSettings(t *testing.T) {
	for _, c := range table {
		t.Run(c.name, func(t *testing.T) {
			config := load(t, sshconfig.Machine{Home: "/home/ann", User: "ann"}, writeConfig(t, c.config, "ann"))
			got := printed(c.host, config.Host(sshconfig.Target{Name: c.host}))
			want := strings.Split(c.want, "|")
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("got  %q\nwant %q", got, want)
			}
		})
	}
}

func TestPaths(t *testing.T) {
	m := sshconfig.Machine{Home: "/home/ann", User: "ann", Env: func(name string) string { return "<" + name + ">" }}
	config := load(t, m, writeConfig(t, `
Host app1
  HostName 10.0.0.1
  User deploy
  Port 2222
  IdentityFile ~/.ssh/%n-%h-%p-%r-%u
  IdentityFile ${KEYS}/id
  IdentityFile %d/k%%
  IdentityFile none
  UserKnownHostsFile ~/known ${KEYS}/known none
  ProxyJump %r@bastion`, ""))
	s := config.Host(sshconfig.Target{Name: "app1"})
	if want := []string{"/home/ann/.ssh/app1-10.0.0.1-2222-deploy-ann", "<KEYS>/id",
		"/home/ann/k%"}; !slices.Equal(s.IdentityFiles, want) {
		t.Errorf("got %q, want %q", s.IdentityFiles, want)
	}
	if want := []string{"/home/ann/known", "<KEYS>/known"}; !slices.Equal(s.KnownHosts, want) {
		t.Errorf("got %q, want %q", s.KnownHosts, want)
	}
	if s.ProxyJump != "deploy@bastion" {
		t.Errorf("got %q", s.ProxyJump)
	}
}

// The inventory's values win, as ssh -o HostName=... -l ... does, and a Host line may
// match the address.
func TestTarget(t *testing.T) {
	config := load(t, sshconfig.Machine{User: "ann"}, writeConfig(t, `
Host 192.168.1.*
  ProxyJump bastion
Host app1
  HostName elsewhere
  User other
Match user deploy
  Port 23`, ""))
	s := config.Host(sshconfig.Target{Name: "app1", Address: "192.168.1.11", User: "deploy"})
	if s.HostName != "192.168.1.11" || s.User != "deploy" || s.ProxyJump != "bastion" || s.Port != 23 {
		t.Errorf("got %+v", s)
	}
}

func TestFilesInOrder(t *testing.T) {
	mine, system := writeConfig(t, "Host db1\nUser a", ""), writeConfig(t, "User b\nPort 23", "")
	s := load(t, sshconfig.Machine{}, mine, system).Host(sshconfig.Target{Name: "app1"})
	if s.User != "b" || s.Port != 23 {
		t.Errorf("got %+v", s)
	}
	if s = load(t, sshconfig.Machine{}, mine, system).Host(sshconfig.Target{Name: "db1"}); s.User != "a" ||
		s.Port != 23 {
		t.Errorf("got %+v", s)
	}
}

func TestWarnings(t *testing.T) {
	for _, c := range []struct{ config, says string }{
		{"ProxyCommand nc %h %p", "1 ProxyCommand is not followed; use ProxyJump"},
		{"ProxyCommand none", ""},
		{"Host db1\nProxyCommand nc %h %p", ""},
		{"\nMatch host app1 exec \"test -f /x\"\nUser a", "2 Match exec is not followed"},
		{"Match host db1 exec \"test -f /x\"\nUser a", ""},
		{"Match final\nUser a", "1 Match final is not followed"},
		{"Match tagged x\nUser a", "1 Match tagged is not followed"},
		{"CanonicalizeHostname yes", "1 CanonicalizeHostname is not followed"},
		{"CanonicalizeHostname no", ""},
		{"StrictHostKeyChecking no", "1 StrictHostKeyChecking no is not followed: only known keys are accepted"},
		{"Port many", "1 Port many is not a number up to 65535"},
		{"ConnectTimeout soon", `1 ConnectTimeout: "soon" is not a time such as 90 or 1m30s`},
	} {
		file := writeConfig(t, c.config, "")
		s := load(t, sshconfig.Machine{User: "ann"}, file).Host(sshconfig.Target{Name: "app1"})
		got := ""
		for _, w := range s.Warnings {
			got += strings.TrimPrefix(w.Pos, file+":") + " " + w.Text
		}
		if got != c.says {
			t.Errorf("%q: got %q, want %q", c.config, got, c.says)
		}
		if strings.Contains(c.config, "User a") && s.User != "" {
			t.Errorf("%q: what the Match guards was applied", c.config)
		}
	}
}

func TestBrokenFiles(t *testing.T) {
	loop := writeConfig(t, "Include DIR/config", "")
	for file, says := range map[string]string{
		writeConfig(t, "User a\nHost \"app1", ""): "config:2: Host: a quote is not closed",
		writeConfig(t, "\nUser", ""):              "config:2: User: the value is missing",
		writeConfig(t, "Include [", ""):           "config:1: include [: syntax error in pattern",
		loop:                                      "deep",
		filepath.Join(t.TempDir(), "nothing"):     "no such file",
	} {
		_, err := sshconfig.Load(sshconfig.Machine{}, file)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("got error %v, want %q", err, says)
		}
	}
}

func TestParseJump(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "[]"}, {"none", "[]"},
		{"a", "[{a  0}]"},
		{"ops@a:22, b", "[{a ops 22} {b  0}]"},
		{"[::1]:22", "[{::1  22}]"}, {"::1", "[{::1  0}]"}, {"u@[::1]", "[{::1 u 0}]"},
		{"ssh://u@a:2222/", "[{a u 2222}]"},
		{"a@b@c", "[{c a@b 0}]"},
		{"a:0", "error"}, {"a:x", "error"}, {"a,,b", "error"}, {"a b", "error"},
	} {
		hops, err := sshconfig.ParseJump(c.text)
		got := fmt.Sprint(hops)
		if err != nil {
			got = "error"
		}
		if got != c.want {
			t.Errorf("%q: got %s (%v), want %s", c.text, got, err, c.want)
		}
	}
}

func FuzzLoad(f *testing.F) {
	for _, c := range table {
		f.Add(c.config, c.host)
	}
	f.Fuzz(func(t *testing.T, text, host string) {
		file := filepath.Join(t.TempDir(), "config")
		if strings.Contains(strings.ToLower(text), "include") {
			return // it could name any file of the machine
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := sshconfig.Load(sshconfig.Machine{Home: "/home/ann"}, file)
		if err != nil {
			return
		}
		s := c.Host(sshconfig.Target{Name: host})
		if s.Port < 0 || s.Port > 65535 || s.ConnectTimeout < 0 || s.AliveInterval < 0 {
			t.Errorf("got %+v", s)
		}
		sshconfig.ParseJump(s.ProxyJump)
	})
}
