package sshconfig_test

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"odooctl/remote/sshconfig"
)

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
  ProxyJump %r@bastion`))
	s := config.Host(context.Background(), sshconfig.Target{Name: "app1"})
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
  Port 23`))
	s := config.Host(context.Background(), sshconfig.Target{Name: "app1", Address: "192.168.1.11", User: "deploy"})
	if s.HostName != "192.168.1.11" || s.User != "deploy" || s.ProxyJump != "bastion" || s.Port != 23 {
		t.Errorf("got %+v", s)
	}
}

func TestFilesInOrder(t *testing.T) {
	mine, system := writeConfig(t, "Host db1\nUser a"), writeConfig(t, "User b\nPort 23")
	s := load(t, sshconfig.Machine{}, mine, system).Host(context.Background(), sshconfig.Target{Name: "app1"})
	if s.User != "b" || s.Port != 23 {
		t.Errorf("got %+v", s)
	}
	s = load(t, sshconfig.Machine{}, mine, system).Host(context.Background(), sshconfig.Target{Name: "db1"})
	if s.User != "a" || s.Port != 23 {
		t.Errorf("got %+v", s)
	}
}

func TestWarnings(t *testing.T) {
	for _, c := range []struct{ config, says string }{
		{"\nMatch host app1 exec \"test -f /x\"\nUser a", "2 Match exec is not followed"},
		{"Match host db1 exec \"test -f /x\"\nUser a", ""},
		{"Match exec true tagged x host db1\nUser a", ""},
		{"Match tagged x\nUser a", "1 Match tagged is not followed"},
		{"CanonicalizeHostname yes", "1 CanonicalizeHostname is not followed"},
		{"CanonicalizeHostname no", ""},
		{"StrictHostKeyChecking no", "1 StrictHostKeyChecking no is not followed: only known keys are accepted"},
	} {
		file := writeConfig(t, c.config)
		s := load(t, sshconfig.Machine{User: "ann"}, file).Host(context.Background(), sshconfig.Target{Name: "app1"})
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
	loop := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(loop, []byte("Include "+loop), 0o600); err != nil {
		t.Fatal(err)
	}
	for file, says := range map[string]string{
		writeConfig(t, "User a\nHost \"app1"): "config:2: Host: a quote is not closed",
		writeConfig(t, "\nUser"):              "config:2: User: the value is missing",
		loop:                                  "deep",
		filepath.Join(t.TempDir(), "nothing"): "no such file",
	} {
		_, err := sshconfig.Load(sshconfig.Machine{}, file)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("got error %v, want %q", err, says)
		}
	}
}

// A command that does what ProxyJump does is one.
func TestJumpByCommand(t *testing.T) {
	for command, want := range map[string]string{
		"ssh -W %h:%p gw":                         "gw",
		"ssh gw -W %h:%p":                         "gw",
		"ssh -W [%h]:%p ann@gw":                   "ann@gw",
		"/usr/bin/ssh -q -W%h:%p -p 2222 -l o gw": "o@gw:2222",
		"ssh -q -W %h:%p gw 2>/dev/null":          "gw",
		"ssh -W %h:22 gw":                         "",
		"ssh gw nc %h %p":                         "",
		"ssh -i /k/own -W %h:%p gw":               "",
		"ssh -F /other -W %h:%p gw":               "",
		"ssh -W %h:%p":                            "",
		"ssh -W %h:%p gw-%h":                      "",
		"ssh -W %h:%p gw | tee log":               "",
		"nc -X 5 -x 127.0.0.1:1080 %h %p":         "",
		"ssh \"\" -W %h:%p":                       "",
		"ssh 'open":                               "",
	} {
		if got := (sshconfig.Settings{ProxyCommand: command}).Jump(); got != want {
			t.Errorf("%s: got %q, want %q", command, got, want)
		}
	}
	if got := (sshconfig.Settings{ProxyCommand: "ssh -W %h:%p gw", ProxyJump: "other"}).Jump(); got != "other" {
		t.Errorf("got %q", got)
	}
}

func TestTokens(t *testing.T) {
	m := sshconfig.Machine{Home: "/home/ann", User: "ann", Hostname: "desk.example.com", UID: 1000}
	s := load(t, m, writeConfig(t, "IdentityFile ~/%L-%l-%i-%j\nIdentityFile ~/%C\nProxyJump gw\nUser ops")).
		Host(t.Context(), sshconfig.Target{Name: "app1"})
	sum := sha1.Sum([]byte("desk.example.comapp122opsgw"))
	want := []string{"/home/ann/desk-desk.example.com-1000-gw", "/home/ann/" + hex.EncodeToString(sum[:])}
	if !slices.Equal(s.IdentityFiles, want) {
		t.Errorf("got %q, want %q", s.IdentityFiles, want)
	}
}

// A link that leads nowhere, and a folder, are no error among included files.
func TestDanglingInclude(t *testing.T) {
	dir := t.TempDir()
	if err := os.Symlink(filepath.Join(dir, "gone"), filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "archive"), 0o700); err != nil {
		t.Fatal(err)
	}
	s := load(t, sshconfig.Machine{}, writeConfig(t, "Include "+dir+"/*\nUser a")).
		Host(t.Context(), sshconfig.Target{Name: "app1"})
	if s.User != "a" {
		t.Errorf("got %+v", s)
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
	for _, c := range configurations(f, "ann") {
		f.Add(c.text, c.hosts[0])
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
		s := c.Host(context.Background(), sshconfig.Target{Name: host})
		if s.Port < 0 || s.Port > 65535 || s.ConnectTimeout < 0 || s.AliveInterval < 0 {
			t.Errorf("got %+v", s)
		}
		sshconfig.ParseJump(s.ProxyJump)
	})
}
