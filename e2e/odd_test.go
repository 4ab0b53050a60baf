//go:build lab

package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// TestOddFiles: files as they are found on real hosts.
func TestOddFiles(t *testing.T) {
	write := func(t *testing.T, path, content string) result {
		t.Helper()
		return odooctl(t, "apply", "-l", "web1", "--no-diff", "--playbook", playbook(t, fmt.Sprintf(`
- hosts: web1
  tasks:
    - file: {path: %q, content: %q}
`, path, content)), inventory())
	}
	t.Run("ACL", func(t *testing.T) {
		on(t, "web1", "echo old >/etc/acl; chmod 640 /etc/acl; setfacl -m u:www-data:r /etc/acl")
		was := on(t, "web1", "getfacl -p /etc/acl")
		write(t, "/etc/acl", "new").want(t, 0)
		if now := on(t, "web1", "getfacl -p /etc/acl; cat /etc/acl"); now != was+"new\n" {
			t.Errorf("ACL %q, was %q", now, was)
		}
	})
	t.Run("hard link", func(t *testing.T) {
		on(t, "web1", "echo old >/etc/one; ln -f /etc/one /etc/two")
		write(t, "/etc/one", "new").want(t, 5).has(t, "hard links", "put back")
		if now := on(t, "web1", "cat /etc/one /etc/two; stat -c %h /etc/one"); now != "old\nold\n2\n" {
			t.Errorf("touched: %q", now)
		}
	})
	t.Run("immutable", func(t *testing.T) {
		if out := on(t, "web1", "echo old >/etc/fixed; chattr +i /etc/fixed 2>&1 || true"); out != "" {
			t.Logf("no immutable files on this file system (%s): a directory that cannot be written instead",
				strings.TrimSpace(out))
			on(t, "web1",
				"mkdir -p /etc/ro && echo old >/etc/ro/fixed && mount --bind /etc/ro /etc/ro && mount -o remount,ro,bind /etc/ro")
			defer on(t, "web1", "umount /etc/ro")
			write(t, "/etc/ro/fixed", "new").want(t, 5).has(t, "Read-only", "put back")
			return
		}
		defer on(t, "web1", "chattr -i /etc/fixed")
		write(t, "/etc/fixed", "new").want(t, 5).has(t, "Operation not permitted", "put back")
		if now := on(t, "web1", "cat /etc/fixed; find /etc -name '.fixed*'"); now != "old\n" {
			t.Errorf("touched: %q", now)
		}
	})
	t.Run("read-only /tmp", func(t *testing.T) {
		on(t, "web1", "mount -o remount,ro /tmp 2>/dev/null || mount -t tmpfs -o ro none /tmp")
		defer on(t, "web1", "mount -o remount,rw /tmp")
		write(t, "/etc/plain", "text").want(t, 0)
	})
	t.Run("name with spaces and quotes, CRLF", func(t *testing.T) {
		write(t, `/etc/it's a "name"`, "one\r\ntwo\r\n").want(t, 0)
		write(t, `/etc/it's a "name"`, "one\r\ntwo\r\n").want(t, 0).has(t, "plan: 0 changes")
		if now := on(t, "web1", `cat "/etc/it's a \"name\""`); now != "one\r\ntwo\r\n" {
			t.Errorf("content %q", now)
		}
	})
	t.Run("10 MB", func(t *testing.T) {
		line := strings.Repeat("0123456789abcde ", 64)
		write(t, "/etc/big", strings.Repeat(line+"\n", 10<<10)).want(t, 0)
		r := write(t, "/etc/big", strings.Repeat(line+"\n", 10<<10)).want(t, 0)
		r.has(t, "plan: 0 changes")
	})
}
