//go:build lab

// These tests boot real hosts: go test -tags lab ./lab. They need root and, the first
// time, minutes for the images.
package lab_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"odooctl/lab"
)

func TestUp(t *testing.T) {
	l := newLab(t, "testup", "198.18.251.0/24", "db1", "web1", "next1")
	up(t, l)

	for _, m := range l.Machines() {
		host := m.Name()
		if got := ssh(t, l, "root", host, "hostname; id -un"); got != host+"\nroot" {
			t.Errorf("root on %s: %q", host, got)
		}
		if got := ssh(t, l, "deploy", host, "id -un; sudo -n id -un"); got != "deploy\nroot" {
			t.Errorf("deploy on %s: %q", host, got)
		}
		if got := ssh(t, l, "root", m.Address().String(), "getent hosts web1 | cut -d' ' -f1"); got != "198.18.251.10" {
			t.Errorf("%s finds web1 at %q", host, got)
		}
		if got := run(t, l, host, "systemctl is-system-running || systemctl list-units --failed"); got != "running" {
			t.Errorf("%s: %s", host, got)
		}
		if got := run(t, l, host, "ip route show default; ip -6 route show default"); got != "" {
			t.Errorf("%s has a way out: %s", host, got)
		}
		if _, err := os.Stat(filepath.Join(m.Root(), "etc/ssh/ssh_host_ed25519_key")); err != nil {
			t.Errorf("the disk of %s is not seen from outside: %v", host, err)
		}
	}
	for host, want := range map[string]string{
		"db1":   "nginx inactive, postgresql active",
		"web1":  "nginx active, postgresql inactive",
		"next1": "nginx active, odoo active, postgresql active",
	} {
		got := run(t, l, host, `for s in nginx odoo postgresql; do
			systemctl cat $s >/dev/null 2>&1 && echo "$s $(systemctl is-active $s)"; done; :`)
		if got = strings.ReplaceAll(got, "\n", ", "); got != want {
			t.Errorf("%s: services %s, want %s", host, got, want)
		}
	}
	if got := run(t, l, "db1", "runuser -u postgres -- psql -Atc 'show server_version_num'"); !strings.HasPrefix(got,
		"15") {
		t.Errorf("PostgreSQL of db1 is %s", got)
	}
	if got := run(t, l, "next1", "runuser -u postgres -- psql -Atc 'show server_version_num'"); !strings.HasPrefix(got,
		"18") {
		t.Errorf("PostgreSQL of next1 is %s", got)
	}
	if got := run(t, l, "next1", "runuser -u odoo -- odoo --version"); got != "Odoo Server 19.0" {
		t.Errorf("Odoo of next1 is %q", got)
	}
	if got := run(t, l, "db1", "curl -sI --max-time 5 http://web1/ | head -n 1 | tr -d '\\r'"); got != "HTTP/1.1 200 OK" {
		t.Errorf("db1 gets %q from web1", got)
	}
}

func TestExecTellsWhatFailed(t *testing.T) {
	l := newLab(t, "testexec", "198.18.250.0/24", "db1")
	if _, err := l.Host("db1").Exec(t.Context(), "true"); !errors.Is(err, lab.ErrDown) {
		t.Errorf("a script on a host that does not run: %v", err)
	}
	up(t, l)
	out, err := l.Host("db1").Exec(t.Context(), "echo half; echo why >&2; exit 3")
	var exit *exec.ExitError
	if out != "half\n" || !errors.As(err, &exit) || exit.ExitCode() != 3 || !strings.Contains(err.Error(), "db1") ||
		!strings.Contains(err.Error(), "why") {
		t.Errorf("got %q, %v", out, err)
	}
	soon, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := l.Host("db1").Exec(soon, "sleep 345"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a script that outlives its context: %v", err)
	}
	if got := run(t, l, "db1", "grep -lsa '^sleep.345' /proc/[0-9]*/cmdline || :"); got != "" {
		t.Errorf("a cancelled script goes on: %s", got)
	}
}

func TestSharedFolder(t *testing.T) {
	l := newLab(t, "testshare", "198.18.249.0/24", "app1", "app2")
	up(t, l)
	run(t, l, "app1", "runuser -u odoo -- sh -c 'echo from app1 >/var/lib/odoo/note'")
	if got := run(t, l, "app2", "cat /var/lib/odoo/note; stat -c %U /var/lib/odoo/note /var/lib/odoo"); got != "from "+
		"app1\nodoo\nodoo" {
		t.Errorf("app2 reads %q", got)
	}
	if got := run(t, l, "app2", "runuser -u odoo -- odoo --version"); got != "Odoo Server 14.0" {
		t.Errorf("Odoo of app2 is %q", got)
	}
	if got := run(t, l, "app1", "systemctl is-active postgresql nginx odoo || :"); got != "inactive\ninactive\nactive" {
		t.Errorf("postgresql, nginx, odoo of app1: %q", got)
	}
}

func TestPowerCutAndBoot(t *testing.T) {
	l := newLab(t, "testpower", "198.18.248.0/24", "db1", "web1")
	up(t, l)
	db := l.Host("db1")
	before, err := db.PID()
	if err != nil {
		t.Fatal(err)
	}
	run(t, l, "db1", "echo kept >/root/kept; systemctl reload postgresql; sleep 300 >/dev/null 2>&1 &")
	if err := db.Kill(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := db.PID(); !errors.Is(err, lab.ErrDown) {
		t.Errorf("after the power cut: %v", err)
	}
	if err := syscall.Kill(before, 0); err == nil {
		t.Errorf("process %d outlived the power cut", before)
	}
	if got := run(t, l, "web1", "hostname"); got != "web1" {
		t.Errorf("the power cut of db1 reached web1: %q", got)
	}
	if err := db.Kill(t.Context()); err != nil {
		t.Errorf("a second power cut: %v", err)
	}
	if err := db.Boot(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := ssh(t, l, "root", "db1", "cat /root/kept; systemctl is-active postgresql@15-main"); got != "kept\nactive" {
		t.Errorf("after the boot: %q", got)
	}

	if err := db.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := ssh(t, l, "root", "db1", "ls /root"); got != "" {
		t.Errorf("the disk is not new after a reset: %q", got)
	}
}

func TestSnapshot(t *testing.T) {
	l := newLab(t, "testsnap", "198.18.247.0/24", "db1", "app1")
	up(t, l)
	run(t, l, "db1", "runuser -u postgres -- createdb kept; rm /etc/nginx/nginx.conf")
	run(t, l, "app1", "echo kept >/var/lib/odoo/note")
	if err := l.Snapshot(t.Context(), "ready"); err != nil {
		t.Fatal(err)
	}
	run(t, l, "db1", "runuser -u postgres -- dropdb kept; touch /etc/nginx/nginx.conf /root/new")
	run(t, l, "app1", "echo changed >/var/lib/odoo/note")
	if err := l.Restore(t.Context(), "ready"); err != nil {
		t.Fatal(err)
	}
	if got := run(t, l, "db1", "runuser -u postgres -- psql -Atc \"select datname from pg_database where "+
		"datname='kept'\"; ls /etc/nginx/nginx.conf /root/new 2>/dev/null || :"); got != "kept" {
		t.Errorf("db1 after the restore: %q", got)
	}
	if got := run(t, l, "app1", "cat /var/lib/odoo/note; stat -c %U /var/lib/odoo"); got != "kept\nodoo" {
		t.Errorf("app1 after the restore: %q", got)
	}
	if err := l.Restore(t.Context(), "missing"); err == nil {
		t.Error("a snapshot that is not there is restored")
	}
}

func TestTwoLabsSideBySide(t *testing.T) {
	one := newLab(t, "testone", "198.18.246.0/24", "db1")
	two := newLab(t, "testtwo", "198.18.245.0/24", "db1")
	up(t, one)
	up(t, two)
	run(t, one, "db1", "echo one >/root/which")
	run(t, two, "db1", "echo two >/root/which")
	if a, b := ssh(t, one, "root", "db1", "cat /root/which"), ssh(t, two, "root", "db1", "cat /root/which"); a != "one" ||
		b != "two" {
		t.Errorf("the labs' hosts are %q and %q", a, b)
	}
	keys := func(l *lab.Lab) []byte {
		text, err := os.ReadFile(l.KnownHosts())
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Fields(text)[2]
	}
	if bytes.Equal(keys(one), keys(two)) {
		t.Error("the hosts of both labs have the same key")
	}
	if got := run(t, one, "db1", "timeout 2 bash -c '</dev/tcp/198.18.245.2/22' 2>/dev/null && echo open || echo "+
		"closed"); got != "closed" {
		t.Errorf("a host of one lab reaches the other: %s", got)
	}
	clash := newLab(t, "testclash", "198.18.246.0/24", "db1")
	if err := clash.Up(t.Context()); err == nil ||
		!strings.Contains(err.Error(), "interface lab-testone has 198.18.246.1/24") {
		t.Errorf("a third lab on the first one's subnet: %v", err)
	}
	down(t, one)
	if got := ssh(t, two, "root", "db1", "cat /root/which"); got != "two" {
		t.Errorf("taking one lab down changed the other: %q", got)
	}
}
