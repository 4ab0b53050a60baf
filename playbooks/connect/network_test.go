package connect

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"odooctl/inventory"
	"odooctl/remote"
)

func network(t *testing.T, hosts, sshConfig string) (n *Network, warnings *[]string) {
	t.Helper()
	inv, err := inventory.Parse("inventory.yaml", []byte(hosts), inventory.Options{Home: "/home/ann"})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(file, []byte(sshConfig), 0o600); err != nil {
		t.Fatal(err)
	}
	warnings = new([]string)
	n, err = New(inv, Login{User: "ann", Home: "/home/ann", Config: []string{file},
		Identities: []string{"/home/ann/.ssh/id_rsa"}, KnownHosts: []string{"/home/ann/.ssh/known_hosts"}, Agent: "/agent",
		Warn: func(text string) { *warnings = append(*warnings, strings.TrimPrefix(text, file)) }})
	if err != nil {
		t.Fatal(err)
	}
	return n, warnings
}

// way tells a configuration in one line: user@address:port, then the hops.
func way(c *remote.Config) string {
	text := fmt.Sprintf("%s@%s:%d", c.User, c.Address, c.Port)
	if c.Jump != nil {
		text += " by " + way(c.Jump)
	}
	if c.ProxyCommand != "" {
		text += " by [" + c.ProxyCommand + "]"
	}
	if c.Masters != nil {
		text += " shares " + strings.Join(c.Masters, " or ")
	}
	return text
}

func TestWays(t *testing.T) {
	for _, c := range []struct {
		name, hosts, config, want string
	}{
		{"defaults", "hosts: {app1: {address: 10.0.0.1}}", "", "ann@10.0.0.1:0"},
		{"ssh_config by name", "hosts: {app1: }", "Host app1\nHostName 10.0.0.9\nUser deploy\nPort 23", "deploy@10.0.0.9:23"},
		{"ssh_config by address", "hosts: {app1: {address: 10.0.0.1}}", "Host 10.0.*\nUser deploy", "deploy@10.0.0.1:0"},
		{"the inventory wins", "hosts: {app1: {address: 10.0.0.1, ssh: {user: own, port: 24, jump: none}}}",
			"Host app1\nHostName 10.0.0.9\nUser deploy\nPort 23\nProxyJump bastion", "own@10.0.0.1:24"},
		{"ProxyJump", "hosts: {app1: {address: 10.0.0.1}}", "Host app1\nProxyJump ops@bastion:2200",
			"ann@10.0.0.1:0 by ops@bastion:2200"},
		{"jump as ssh_config has it", "hosts: {app1: {address: 10.0.0.1, ssh: {jump: bastion}}}",
			"Host bastion\nHostName 192.0.2.1\nUser ops", "ann@10.0.0.1:0 by ops@192.0.2.1:0"},
		{"jump through a host of the inventory", "hosts: {app1: {address: 10.0.0.1, ssh: {jump: web1}}, web1: {address: " +
			"192.0.2.1, ssh: {user: ops, port: 2200}}}",
			"", "ann@10.0.0.1:0 by ops@192.0.2.1:2200"},
		{"user and port of the hop", "hosts: {app1: {address: 10.0.0.1, ssh: {jump: \"x@web1:9\"}}, web1: {address: " +
			"192.0.2.1, ssh: {user: ops, port: 2200}}}",
			"", "ann@10.0.0.1:0 by x@192.0.2.1:9"},
		{"two hops", "hosts: {app1: {address: 10.0.0.1, ssh: {jump: \"outer,inner\"}}}", "",
			"ann@10.0.0.1:0 by ann@inner:0 by ann@outer:0"},
		{"a hop with a hop of its own", "hosts: {app1: {address: 10.0.0.1, ssh: {jump: web1}}, web1: {address: 192.0.2.1}}",
			"Host web1\nProxyJump outer", "ann@10.0.0.1:0 by ann@192.0.2.1:0 by ann@outer:0"},
		{"only the first hop goes its own way", "hosts: {app1: {address: 10.0.0.1, ssh: {jump: \"a,b\"}}}",
			"Host a\nProxyJump x\nHost b\nProxyJump y", "ann@10.0.0.1:0 by ann@b:0 by ann@a:0 by ann@x:0"},
		{"a default jump", "ssh: {jump: web1}\nhosts: {app1: {address: 10.0.0.1}, web1: {address: 192.0.2.1}}", "",
			"ann@10.0.0.1:0 by ann@192.0.2.1:0"},
		{"a ProxyJump for all", "hosts: {app1: {address: 10.0.0.1}}", "Host *\nProxyJump bastion",
			"ann@10.0.0.1:0 by ann@bastion:0"},
		{"a command that jumps", "hosts: {app1: {address: 10.0.0.1}}", "Host app1\nProxyCommand ssh -W %h:%p ops@gw",
			"ann@10.0.0.1:0 by ops@gw:0"},
		{"a command", "hosts: {app1: {address: 10.0.0.1}}", "Host app1\nProxyCommand nc %h %p",
			"ann@10.0.0.1:0 by [nc %h %p]"},
		{"a jump of the inventory in place of a command", "hosts: {app1: {address: 10.0.0.1, ssh: {jump: gw}}}",
			"Host *\nProxyCommand nc %h %p", "ann@10.0.0.1:0 by ann@gw:0 by [nc %h %p]"},
		{"only the first hop has its command", "hosts: {app1: {address: 10.0.0.1, ssh: {jump: \"a,b\"}}}",
			"Host a\nProxyCommand a %h\nHost b\nProxyCommand b %h", "ann@10.0.0.1:0 by ann@b:0 by ann@a:0 by [a %h]"},
		{"no command", "hosts: {app1: {address: 10.0.0.1, ssh: {jump: none}}}", "Host *\nProxyCommand nc %h %p",
			"ann@10.0.0.1:0"},
		{"a master", "hosts: {app1: {address: 10.0.0.1}}", "ControlPath /m/%r@%h:%p\nHost app1\nPort 2200\nUser ops",
			"ops@10.0.0.1:2200 shares /m/ops@10.0.0.1:2200"},
		{"a master of the same port and user", "hosts: {app1: {address: 10.0.0.1, ssh: {user: ops, port: 2200}}}",
			"ControlPath /m/%r@%h:%p\nHost app1\nPort 2200", "ops@10.0.0.1:2200 shares /m/ops@10.0.0.1:2200"},
		{"a master at another port", "hosts: {app1: {address: 10.0.0.1, ssh: {port: 2200}}}", "ControlPath /m/%r@%h:%p",
			"ann@10.0.0.1:2200"},
		{"a master for many hosts", "hosts: {app1: {address: 10.0.0.1}}", "ControlPath /m/%%h:%p@%r", "ann@10.0.0.1:0"},
		{"no master", "hosts: {app1: {address: 10.0.0.1, ssh: {multiplex: off}}}", "ControlPath /m/%C", "ann@10.0.0.1:0"},
		{"a master is not asked for the inventory's key", "hosts: {app1: {address: 10.0.0.1, ssh: {host_key: " +
			"\"SHA256:" + strings.Repeat("a", 43) + "\"}}}", "ControlPath /m/%C", "ann@10.0.0.1:0"},
		{"nor for its known_hosts", "ssh: {known_hosts: /k}\nhosts: {app1: {address: 10.0.0.1}}", "ControlPath /m/%C",
			"ann@10.0.0.1:0"},
		{"a master that takes any key", "hosts: {app1: {address: 10.0.0.1}}",
			"ControlPath /m/%C\nStrictHostKeyChecking no", "ann@10.0.0.1:0"},
		{"a master that takes new keys", "hosts: {app1: {address: 10.0.0.1}}",
			"ControlPath /m/%C\nStrictHostKeyChecking accept-new", "ann@10.0.0.1:0"},
		{"a master that asks", "hosts: {app1: {address: 10.0.0.1}}",
			"ControlPath /m/%r@%h:%p\nStrictHostKeyChecking ask", "ann@10.0.0.1:0 shares /m/ann@10.0.0.1:22"},
		{"a master by another way", "hosts: {app1: {address: 10.0.0.1, ssh: {jump: gw}}}", "ControlPath /m/%r@%h:%p",
			"ann@10.0.0.1:0 by ann@gw:0 shares /m/ann@gw:22"},
		{"no master for another user of a hop", "hosts: {app1: {address: 10.0.0.1, ssh: {jump: \"gw:23\"}}}",
			"ControlPath /m/%r@%h:%p", "ann@10.0.0.1:0 by ann@gw:23"},
		{"a circle", "hosts: {app1: {address: 10.0.0.1}}", "Host app1\nProxyJump a\nHost a\nProxyJump b\nHost b\nProxyJump a",
			"host b: the way to it leads through itself: app1, a, b, a"},
		{"no jump", "hosts: {app1: {address: 10.0.0.1}}", "Host app1\nProxyJump a:b",
			`host app1: jump "a:b": port b is not between 1 and 65535`},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, _ := network(t, c.hosts, c.config)
			config, err := n.config(t.Context(), n.inv.Host("app1"))
			got := way(&config)
			if err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestKeysOfHostsAndHops(t *testing.T) {
	const hosts = `
ssh: {known_hosts: /k/known, jump: bastion}
hosts:
  a: {address: 10.0.0.1, ssh: {identity_file: /k/own}}
  b: {address: 10.0.0.2}
  c: {address: 10.0.0.3}
`
	n, _ := network(t, hosts, "Host b bastion\nIdentityFile /k/b\nHost c\nIdentityFile /k/c\nIdentitiesOnly yes\n"+
		"HostKeyAlias cluster")
	for name, want := range map[string]string{
		"a": "[/k/own] false", "b": "[/k/b] true", "c": "[/k/c] false",
	} {
		c, err := n.config(t.Context(), n.inv.Host(name))
		if got := fmt.Sprint(c.IdentityFiles, " ", c.OtherKeys); err != nil || got != want {
			t.Errorf("%s: got %s, %v, want %s", name, got, err, want)
		}
		if !slices.Equal(c.Jump.KnownHosts, []string{"/k/known"}) || !slices.Equal(c.Jump.IdentityFiles, []string{"/k/b"}) {
			t.Errorf("%s: the hop has %v and %v", name, c.Jump.KnownHosts, c.Jump.IdentityFiles)
		}
		if alias := map[string]string{"c": "cluster"}[name]; c.HostKeyAlias != alias || c.Jump.HostKeyAlias != "" {
			t.Errorf("%s: alias %q, hop %q", name, c.HostKeyAlias, c.Jump.HostKeyAlias)
		}
	}
}

func TestGlobalKnownHosts(t *testing.T) {
	n, _ := network(t, "hosts: {a: {address: 10.0.0.1}, b: {address: 10.0.0.2}, c: {address: 10.0.0.3}}",
		"Host a\nGlobalKnownHostsFile /k/one ~/two\nHost b\nGlobalKnownHostsFile none")
	n.desk.GlobalKnownHosts = []string{"/etc/ssh/ssh_known_hosts"}
	for name, want := range map[string]string{
		"a": "[/k/one /home/ann/two]", "b": "[]", "c": "[/etc/ssh/ssh_known_hosts]",
	} {
		if c, err := n.config(t.Context(), n.inv.Host(name)); err != nil || fmt.Sprint(c.GlobalKnownHosts) != want {
			t.Errorf("%s: got %v, %v, want %s", name, c.GlobalKnownHosts, err, want)
		}
	}
}

func TestIdentityAgent(t *testing.T) {
	n, warnings := network(t, "hosts: {a: , b: , c: , d: }", "Host a\nIdentityAgent \"~/Library/Group X/%h.sock\"\n"+
		"Host b\nIdentityAgent none\nHost c\nIdentityAgent SSH_AUTH_SOCK\nHost d\nIdentityAgent $NOT_SET")
	for name, want := range map[string]string{"a": "/home/ann/Library/Group X/a.sock", "b": "", "c": "/agent", "d": ""} {
		if c, err := n.config(t.Context(), n.inv.Host(name)); err != nil || c.AgentSocket != want {
			t.Errorf("%s: got %s, %v, want %s", name, c.AgentSocket, err, want)
		}
	}
	if len(*warnings) > 0 {
		t.Errorf("warnings %q", *warnings)
	}
}

// Lists and methods are handed to the client; of what it does not know there is a warning.
func TestAlgorithmsAndMethods(t *testing.T) {
	n, warnings := network(t, "hosts: {a: , b: }", "Host a\nHostKeyAlgorithms +ssh-rsa\nPubkeyAuthentication no\n"+
		"PreferredAuthentications password,publickey\nHost b\nCiphers 3des-nonsense\nPreferredAuthentications hostbased")
	for name, want := range map[string]string{"a": "{ +ssh-rsa  } true [password publickey]",
		"b": "{  3des-nonsense } false [hostbased]"} {
		if c, err := n.config(t.Context(), n.inv.Host(name)); err != nil ||
			fmt.Sprint(c.Algorithms, " ", c.NoKeys, " ", c.Methods) != want {
			t.Errorf("%s: got %v %v %v, %v, want %s", name, c.Algorithms, c.NoKeys, c.Methods, err, want)
		}
	}
	want := []string{"ssh_config: Ciphers: host b: odooctl's client knows none of these, so its own are offered",
		"ssh_config: PreferredAuthentications: host b: odooctl's client knows none of these; ssh.transport openssh does"}
	if !slices.Equal(*warnings, want) {
		t.Errorf("got %q, want %q", *warnings, want)
	}
}

func TestWarnsOnce(t *testing.T) {
	n, warnings := network(t, "hosts: {app1: {address: 10.0.0.1}, app2: {address: 10.0.0.2}}",
		"Host app*\nKnownHostsCommand x %h")
	for _, h := range n.inv.Hosts {
		if _, err := n.config(t.Context(), h); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{":2: host app1: KnownHostsCommand is not followed"}; !slices.Equal(*warnings, want) {
		t.Errorf("got %q, want %q", *warnings, want)
	}
}
