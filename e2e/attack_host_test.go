//go:build lab

package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestOddEnvironment: a value with blanks and quotes reaches Odoo as written, and can
// be removed. The host's checks read it as systemd does.
func TestOddEnvironment(t *testing.T) {
	odooctl(t, "apply", "-l", "next1", inventory()).want(t, 0)
	file := edited(t, `version: "19.0"`,
		"version: \"19.0\"\n      environment: {FOO: \"a b\", BAR: \"50% $HOME \\\\x 'q' \\\"d\\\" *\"}")
	defer odooctl(t, "apply", "-l", "next1", inventory())
	odooctl(t, "apply", "-l", "next1", file).want(t, 0)
	odooctl(t, "plan", "-l", "next1", "--detailed-exitcode", file).want(t, 0)
	got := on(t, "next1",
		`tr '\0' '\n' <"/proc/$(systemctl show -p MainPID --value odoo)/environ" | grep -E '^(FOO|BAR)=' | sort`)
	if want := "BAR=50% $HOME \\x 'q' \"d\" *\nFOO=a b\n"; got != want {
		t.Errorf("Odoo has the environment %q, want %q", got, want)
	}
	odooctl(t, "apply", "-l", "next1", inventory()).want(t, 0)
	odooctl(t, "plan", "-l", "next1", "--detailed-exitcode", inventory()).want(t, 0)
}

// TestSlowReload: a unit that reports its reload is waited for, in the reload and, as
// with sshd, when it reports it only after systemctl has returned.
func TestSlowReload(t *testing.T) {
	copyTo(t, "next1", "testdata/attack/slow_reload.py", "/usr/local/bin/slow_reload.py")
	on(t, "next1", `cd /etc/systemd/system
for type in notify notify-reload; do printf '[Service]\nType=%s\nExecStart=/usr/bin/python3 /usr/local/bin/slow_reload.py\n' $type >slow-$type.service; done
echo 'ExecReload=/bin/kill -HUP $MAINPID' >>slow-notify.service
systemctl daemon-reload; systemctl start slow-notify slow-notify-reload`)
	defer on(t, "next1",
		"systemctl stop slow-notify slow-notify-reload; rm -f /etc/systemd/system/slow-notify*.service "+
			"/usr/local/bin/slow_reload.py /etc/slow-*.service /etc/ssh/sshd_config.d/50-attack.conf; systemctl "+
			"daemon-reload; systemctl reload ssh")
	for _, c := range []struct{ unit, file, content string }{
		{"ssh.service", "/etc/ssh/sshd_config.d/50-attack.conf", "LoginGraceTime 97"},
		{"slow-notify.service", "/etc/slow-notify.service", "97"},
		{"slow-notify-reload.service", "/etc/slow-notify-reload.service", "97"},
	} {
		t.Run(c.unit, func(t *testing.T) {
			id := on(t, "next1", "systemctl show -p InvocationID "+c.unit)
			book := playbook(t,
				fmt.Sprintf("- hosts: next1\n  tasks:\n    - file: {path: %s, content: %q, reload: %s}\n",
					c.file, c.content, c.unit))
			odooctl(t, "apply", "-l", "next1", "--playbook", book, inventory()).want(t, 0)
			eventually(t, 10*time.Second, func() error {
				if state := on(t, "next1", "systemctl show -p ActiveState "+c.unit); state != "ActiveState=active\n" {
					return fmt.Errorf("after the apply it is %s", state)
				}
				return nil
			})
			if now := on(t, "next1", "systemctl show -p InvocationID "+c.unit); now != id {
				t.Errorf("it was started again")
			}
		})
	}
}

// slowPackage makes a repository with a package whose installation takes a while.
const slowPackage = `set -e
rm -rf /srv/e2e && mkdir -p /srv/e2e/tree/DEBIAN /root/e2e-sources && cd /srv/e2e
printf 'Package: e2e-slow\nVersion: 1\nArchitecture: all\nMaintainer: e2e <e2e@example.com>\nDescription: takes its time\n' >tree/DEBIAN/control
printf '#!/bin/sh\ntouch /run/e2e-slow\nsleep 4\n' >tree/DEBIAN/preinst && chmod 755 tree/DEBIAN/preinst
dpkg-deb -b tree e2e-slow.deb >/dev/null
{ cat tree/DEBIAN/control; echo 'Filename: ./e2e-slow.deb'; echo "Size: $(stat -c %s e2e-slow.deb)"; echo "SHA256: $(sha256sum e2e-slow.deb | cut -d ' ' -f 1)"; echo; } >Packages
rm -r tree && chmod -R a+rX /srv/e2e
for f in sources.list sources.list.d; do [ ! -e /etc/apt/$f ] || mv /etc/apt/$f /root/e2e-sources/; done
mkdir /etc/apt/sources.list.d
echo 'deb [trusted=yes] file:/srv/e2e ./' >/etc/apt/sources.list.d/e2e.list
touch -d '2 days ago' /var/lib/apt/lists`

// TestEditedMeanwhile: an edit during the installation of packages is not lost. The
// host is refused as changed, and the package is removed again.
func TestEditedMeanwhile(t *testing.T) {
	on(t, "web1", "echo old >/etc/five; "+slowPackage)
	defer on(t, "web1", `dpkg -r e2e-slow >/dev/null 2>&1; rm -rf /srv/e2e /etc/apt/sources.list.d /etc/five /etc/six /run/e2e-slow; mv /root/e2e-sources/* /etc/apt/; rmdir /root/e2e-sources`)
	book := playbook(t, "- hosts: web1\n  tasks:\n    - package: {names: [e2e-slow]}\n"+
		"    - file: {path: /etc/six, content: six}\n    - file: {path: /etc/five, content: new}\n")
	f := begin(t, "web1: applying", "apply", "-l", "web1", "--playbook", book, inventory())
	eventually(t, 60*time.Second, func() error {
		if strings.Contains(on(t, "web1", "ls /run/e2e-slow 2>&1 || :"), "No such") {
			return fmt.Errorf("the package is not being installed yet:\n%s", f.said())
		}
		return nil
	})
	on(t, "web1", "echo a colleague >/etc/five")
	f.ends().want(t, 3).has(t, "web1", "/etc/five")
	if got := on(t, "web1", "cat /etc/five; ls /etc/six 2>/dev/null; dpkg-query -W -f '${db:Status-Status}\n"+
		"' e2e-slow 2>/dev/null || :"); got != "a colleague\n" && got != "a colleague\nconfig-files\n" &&
		got != "a colleague\nnot-installed\n" {
		t.Errorf("after the run: %q", got)
	}
}

// TestNoRoom: a host without room for a run's input reports that, and not that somebody
// killed the run; with room again it accepts the same change.
func TestNoRoom(t *testing.T) {
	var fill, free []string
	for _, dir := range []string{"/dev/shm", "/tmp", "/var/tmp"} {
		fill = append(fill, "mount -t tmpfs -o size=16k none "+dir+"; cat /dev/zero >"+dir+"/fill 2>/dev/null || :")
		free = append(free, "umount "+dir)
	}
	book := playbook(t, "- hosts: web1\n  tasks:\n    - file: {path: /etc/four, content: "+
		strings.Repeat("D", 100_000)+"}\n")
	apply := []string{"apply", "-l", "web1", "--no-diff", "--playbook", book, inventory()}
	on(t, "web1", "rm -f /etc/four")
	defer on(t, "web1", "rm -f /etc/four")
	on(t, "web1", strings.Join(fill, "\n"))
	r := odooctl(t, apply...)
	on(t, "web1", strings.Join(free, "\n"))
	if r.code != 0 {
		if said := r.out + r.err; !strings.Contains(said, "room") && !strings.Contains(said, "space") ||
			strings.Contains(said, "kill") {
			t.Errorf("nothing was begun for want of room, and it says:\n%s", said)
		}
		odooctl(t, apply...).want(t, 0)
	}
	const state = "/var/lib/odooctl"
	on(t, "web1", "rm -f /etc/four; mount -t tmpfs -o size=16k none "+state+"; "+
		"cat /dev/zero >"+state+"/fill 2>/dev/null || :")
	r = odooctl(t, apply...)
	on(t, "web1", "umount "+state)
	r.want(t, 5).has(t, "the disk of "+state+" is full: make room there")
	odooctl(t, apply...).want(t, 0)
}
