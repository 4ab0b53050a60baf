//go:build lab

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// strange is one way in which hosts of a real fleet differ from a fresh Debian, made by
// before and undone by after.
type strange struct{ name, before, after, sudoPassword string }

const (
	sudoers = "/etc/sudoers.d/deploy"
	sshd    = "/etc/ssh/sshd_config"

	wantsPassword = "echo deploy:geheim | chpasswd; echo 'deploy ALL=(ALL:ALL) ALL' >" + sudoers
	asBefore      = "echo 'deploy ALL=(ALL:ALL) NOPASSWD: ALL' >" + sudoers
	bash          = "usermod -s /bin/bash deploy"
)

// says is sshd_config with a line before all others, which wins.
func says(line string) (before, after string) {
	return "sed -i '1i " + line + "' " + sshd + "; systemctl reload ssh", "sed -i 1d " + sshd + "; systemctl reload ssh"
}

func strangers() []strange {
	list := []strange{
		{"fish", "usermod -s /usr/bin/fish deploy", bash, ""},
		{"csh", "usermod -s /bin/csh deploy", bash, ""},
		{"noisy start-up files",
			"cd /home/deploy; for f in .bashrc .bash_profile; do cp $f $f.was 2>/dev/null || :; printf 'echo noise\\necho " +
				"more >&2\\n' >$f; done",
			"cd /home/deploy; rm .bash_profile; mv .bashrc.was .bashrc", ""},
		{"German", "echo LC_ALL=de_DE.UTF-8 >>/etc/environment", "sed -i /LC_ALL/d /etc/environment", ""},
		{"no flock", "mv /usr/bin/flock /root/", "mv /root/flock /usr/bin/", ""},
		{"noexec /tmp", "mount -t tmpfs -o noexec none /tmp", "umount /tmp", ""},
		{"no sftp", "mv /usr/lib/openssh/sftp-server /root/; sed -i 's/^Subsystem/#&/' " + sshd +
			"; systemctl reload ssh",
			"mv /root/sftp-server /usr/lib/openssh/; sed -i 's/^#Subsystem/Subsystem/' " + sshd +
				"; systemctl reload ssh", ""},
		{"password of sudo", wantsPassword, asBefore, "geheim"},
		{"password given, not asked for", ":", ":", "geheim"},
		{"lecture before the password", wantsPassword + "; echo 'Defaults lecture=always' >>" + sudoers,
			asBefore, "geheim"},
		{"requiretty", "echo 'Defaults requiretty' >>" + sudoers, asBefore, ""},
		{"requiretty and password", wantsPassword + "; echo 'Defaults requiretty' >>" + sudoers, asBefore, "geheim"},
	}
	for _, line := range []string{"MaxSessions 1", "UsePAM no", "PrintMotd yes\\nBanner /etc/passwd"} {
		before, after := says(line)
		if strings.Contains(line, `\n`) {
			after = strings.Replace(after, "1d", "1,2d", 1)
		}
		list = append(list, strange{line, before, after, ""})
	}
	return list
}

// TestStrangeHosts: a file and a site are applied on hosts of every kind, and a second
// run has nothing to do.
func TestStrangeHosts(t *testing.T) {
	odooctl(t, "apply", "-l", "next1", "--no-diff", inventory()).want(t, 0)
	for i, s := range strangers() {
		if each(6, i) {
			t.Run(s.name, func(t *testing.T) { applies(t, s, i) })
		}
	}
	t.Run("busybox", func(t *testing.T) {
		for _, host := range []string{"web1", "next1"} {
			copyTo(t, host, "/usr/bin/busybox", "/usr/local/bin/busybox")
		}
		applies(t, strange{before: "/usr/local/bin/busybox --install -s /usr/local/bin",
			after: "/usr/bin/find /usr/local/bin -lname '*busybox' -exec /bin/rm -f {} +"}, 99)
	})
}

func applies(t *testing.T, s strange, number int) {
	hosts := []string{"web1", "next1"}
	for _, host := range hosts {
		on(t, host, s.before+"; rm -f /etc/nginx/sites-*/odooctl-next.conf")
		defer on(t, host, "PATH=/usr/sbin:/usr/bin:/sbin:/bin; "+s.after)
	}
	t.Setenv("ODOOCTL_SUDO_PASSWORD", s.sudoPassword)
	book := playbook(t, fmt.Sprintf(`
- hosts: web1:next1
  tasks:
    - file: {path: /etc/strange, content: "%s %d"}
`, strings.ReplaceAll(s.name, `\`, ""), number))
	odooctl(t, "apply", "-l", "web1:next1", "--no-diff", "--playbook", book, inventory()).want(t, 0).has(t,
		"2 changes, 0 of 2")
	odooctl(t, "apply", "-l", "next1", "--no-diff", inventory()).want(t, 0).has(t, "3 changes, 0 of 1")
	odooctl(t, "plan", "-l", "next1", inventory()).want(t, 0).has(t, "plan: 0 changes")
}

// TestSudoRefuses: no endless wait, no second attempt, and a next step.
func TestSudoRefuses(t *testing.T) {
	on(t, "web1", wantsPassword)
	defer on(t, "web1", asBefore)
	book := playbook(t, "- hosts: web1\n  tasks: [{file: {path: /etc/refused, content: x}}]\n")
	apply := []string{"apply", "-l", "web1", "--playbook", book, inventory()}
	t.Run("no password", func(t *testing.T) {
		odooctl(t, apply...).want(t, 4).has(t, "--ask-sudo-pass")
	})
	t.Run("wrong password", func(t *testing.T) {
		t.Setenv("ODOOCTL_SUDO_PASSWORD", "falsch-und-lang")
		r := odooctl(t, apply...).want(t, 4).has(t, "sudo refused the password")
		if r.took > 20*time.Second {
			t.Errorf("it took %v", r.took)
		}
		if strings.Contains(r.out+r.err, "falsch") {
			t.Error("the password was printed")
		}
		if log := on(t, "web1", "journalctl -q --since -1min | grep -c falsch || :"); strings.TrimSpace(log) != "0" {
			t.Errorf("the password is in the host's log: %s lines", log)
		}
	})
}

// TestLocal: the program manages the host that it runs on, as root and by sudo.
func TestLocal(t *testing.T) {
	copyTo(t, "db1", binary, "/usr/local/bin/odooctl")
	on(t, "db1", `mkdir -p /srv/local && cd /srv/local && printf 'hosts:\n  here: {address: local}\n' >inventory.yaml
printf -- '- hosts: here\n  tasks: [{file: {path: /etc/local, content: by root}}]\n' >root.yaml
sed 's/by root/by sudo/' root.yaml >sudo.yaml; chmod -R a+rX .`)
	run := func(command string) string { return on(t, "db1", "cd /srv/local; "+command+" 2>&1 || :") }
	if out := run("odooctl apply --playbook root.yaml inventory.yaml"); !strings.Contains(out,
		"1 change, 0 of 1 host failed") {
		t.Errorf("as root: %s", out)
	}
	if out := run("su deploy -c 'odooctl apply --playbook sudo.yaml inventory.yaml'"); !strings.Contains(out,
		"1 change, 0 of 1 host failed") {
		t.Errorf("by sudo: %s", out)
	}
	if got := on(t, "db1", "cat /etc/local"); got != "by sudo\n" {
		t.Errorf("the file holds %q", got)
	}
}

// copyTo copies a program of this machine to a host.
func copyTo(t *testing.T, host, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := fleet.Host(host).PID()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("/proc", fmt.Sprint(pid), "root", to), data, 0o755); err != nil {
		t.Fatal(err)
	}
}
