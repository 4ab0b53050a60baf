package sshconfig_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"odooctl/remote/sshconfig"
)

// table has configs, the hosts to look up in each, and the expected answers, as
// ssh -G prints it: only lines that differ from the defaults.
var table = []struct {
	name, config, host string
	want               string
}{
	{"nothing", "", "app1", "hostname app1"},
	{"host", "Host app1\n  HostName 192.168.1.11\n  Port 2222\n  User deploy", "app1",
		"hostname 192.168.1.11|port 2222|user deploy"},
	{"other host", "Host app1\n  HostName 192.168.1.11", "app2", "hostname app2"},
	{"first wins", "Host app1\nUser a\nHost *\nUser b\nPort 23", "app1", "hostname app1|user a|port 23"},
	{"before any host", "User a\nHost app1\nUser b", "app1", "hostname app1|user a"},
	{"several patterns", "Host db? app*\nUser a", "app1", "hostname app1|user a"},
	{"question mark is one character", "Host app?\nUser a", "app", "hostname app"},
	{"tab between patterns", "Host x\tapp1\nUser a", "app1", "hostname app1|user a"},
	{"negated pattern", "Host * !app1\nUser a", "app1", "hostname app1"},
	{"negated pattern alone", "Host !db1\nUser a", "app1", "hostname app1"},
	{"quoted pattern", "Host \"app1\"\nUser a", "app1", "hostname app1|user a"},
	{"pattern of upper case", "Host APP1\nUser a", "app1", "hostname app1"},
	{"keyword of any case", "hOsT app1\nuSeR a", "app1", "hostname app1|user a"},
	{"equals sign", "Host=app1\nUser = a\nPort=23", "app1", "hostname app1|user a|port 23"},
	{"comments", "# Host\nHost app1 # mine\n  # User x\nUser a # b", "app1", "hostname app1|user a"},
	{"line ends of Windows", "Host app1\r\nUser a\r\nPort 23\r\n", "app1", "hostname app1|user a|port 23"},
	{"hostname with token", "Host app?\nHostName %h.mycompany.example", "app1", "hostname app1.mycompany.example"},
	{"hostname with percent", "HostName a%%b", "app1", "hostname a%b"},
	{"match all", "Match all\nUser a", "app1", "hostname app1|user a"},
	{"match host", "Match host db1,app*\nUser a", "app1", "hostname app1|user a"},
	{"match host sees HostName", "Host app1\nHostName 10.0.0.1\nMatch host 10.*\nUser a", "app1",
		"hostname 10.0.0.1|user a"},
	{"match host no longer sees the name", "Host app1\nHostName 10.0.0.1\nMatch host app1\nUser a", "app1",
		"hostname 10.0.0.1"},
	{"match originalhost", "Host app1\nHostName 10.0.0.1\nMatch originalhost app1\nUser a", "app1",
		"hostname 10.0.0.1|user a"},
	{"match host, negated", "Match !host app1\nUser a", "app1", "hostname app1"},
	{"match host, pattern negated", "Match host *,!app1\nUser a", "app1", "hostname app1"},
	{"match user", "User ops\nMatch user ops\nPort 23", "app1", "hostname app1|user ops|port 23"},
	{"match user of later block", "Match user ops\nPort 23\nMatch all\nUser ops", "app1", "hostname app1|user ops"},
	{"match two criteria", "Match host app1 originalhost app*\nPort 23", "app1", "hostname app1|port 23"},
	{"match two criteria, one no", "Match host app1 originalhost db*\nPort 23", "app1", "hostname app1"},
	{"match localuser", "Match localuser LOCALUSER\nPort 23", "app1", "hostname app1|port 23"},
	{"match canonical", "Match canonical\nPort 23", "app1", "hostname app1"},
	{"identity files add up", "Host app1\nIdentityFile /k/a\nHost *\nIdentityFile /k/b\nIdentityFile /k/a", "app1",
		"hostname app1|identityfile /k/a|identityfile /k/b"},
	{"identities only", "IdentitiesOnly yes\nIdentityFile /k/a", "app1",
		"hostname app1|identitiesonly yes|identityfile /k/a"},
	{"quoted path", "IdentityFile \"/k/my key\"", "app1", "hostname app1|identityfile /k/my key"},
	{"jump", "Host app1\nProxyJump bastion", "app1", "hostname app1|proxyjump bastion"},
	{"jumps", "Host app1\nProxyJump ops@bastion:2200,inner", "app1", "hostname app1|proxyjump ops@bastion:2200,inner"},
	{"jump none", "Host app1\nProxyJump none\nHost *\nProxyJump bastion", "app1", "hostname app1"},
	{"jump before command", "ProxyJump bastion\nProxyCommand nc %h %p", "app1", "hostname app1|proxyjump bastion"},
	{"known hosts", "UserKnownHostsFile /k/a /k/b", "app1", "hostname app1|userknownhostsfile /k/a /k/b"},
	{"alias", "HostKeyAlias cluster", "app1", "hostname app1|hostkeyalias cluster"},
	{"times", "ConnectTimeout 7\nServerAliveInterval 1m30s\nServerAliveCountMax 5", "app1",
		"hostname app1|connecttimeout 7|serveraliveinterval 90|serveralivecountmax 5"},
	{"strict", "StrictHostKeyChecking yes", "app1", "hostname app1|stricthostkeychecking true"},
	{"accept-new", "StrictHostKeyChecking accept-new", "app1", "hostname app1|stricthostkeychecking accept-new"},
	{"include", "Include DIR/one\nUser b", "app1", "hostname app1|user included|port 24"},
	{"include in a block that applies", "Host app1\nInclude DIR/one\nHost *\nUser b", "app1",
		"hostname app1|user included|port 24"},
	{"include in a block that does not", "Host db1\nInclude DIR/one\nHost *\nUser b", "app1", "hostname app1|user b"},
	{"the block of an include ends with it", "Host app1\nInclude DIR/two\nPort 25", "app1", "hostname app1|port 25"},
	{"include of several", "Include DIR/t* DIR/one", "app1", "hostname app1|user included|port 24"},
	{"include of nothing", "Include DIR/none*\nUser b", "app1", "hostname app1|user b"},
	{"unimportant keywords", "ForwardAgent no\nCompression yes\nSendEnv LANG LC_*\nHashKnownHosts yes\nUser b", "app1",
		"hostname app1|user b"},
}

// included are the files that the table's configs include.
var included = map[string]string{
	"one": "User included\nHost app1\nPort 24\n",
	"two": "Host db1\nUser notme\n",
}

// writeConfig writes a config of the table, and what it includes.
func writeConfig(t testing.TB, text, localUser string) (file string) {
	t.Helper()
	dir := t.TempDir()
	text = strings.NewReplacer("DIR", dir, "LOCALUSER", localUser).Replace(text)
	files := map[string]string{"config": text + "\n"}
	for name, text := range included {
		files[name] = text
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "config")
}

func load(t testing.TB, m sshconfig.Machine, files ...string) *sshconfig.Config {
	t.Helper()
	c, err := sshconfig.Load(m, files...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
