//go:build lab

package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// edited writes the inventory with replacements beside the real one.
func edited(t *testing.T, pairs ...string) string {
	t.Helper()
	text, err := os.ReadFile(inventory())
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.NewReplacer(pairs...).Replace(string(text))
	if changed == string(text) {
		t.Fatalf("nothing to replace of %q", pairs)
	}
	file := filepath.Join(folder, strings.NewReplacer("/", "-", " ", "-").Replace(t.Name())+".yaml")
	if err := os.WriteFile(file, []byte(changed), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestBadInput: a failure on one host is reported with its name and the next step, the
// other hosts go on, and nothing is left half-written.
func TestBadInput(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)

	t.Run("unreachable host", func(t *testing.T) {
		file := edited(t, "app2: {address: "+subnet+"12}", "app2: {address: "+subnet+"99}")
		odooctl(t, "plan", file).want(t, 4).has(t, "app2: connect to "+subnet+"99:22")
	})
	long(t, "closed port", func(t *testing.T) {
		defer odooctl(t, "apply", "--at-once", inventory())
		file := edited(t, "next1: {address: "+subnet+"20}", "next1: {address: "+subnet+"20, ssh: {port: 2222}}",
			"allow: ["+subnet+"0/24]", "allow: ["+subnet+"0/26]")
		r := odooctl(t, "apply", file).want(t, 4).has(t, "next1: connect to "+subnet+"20:2222", "refused")
		if !regexp.MustCompile(`(?m)^db1 +changed`).MatchString(r.out) {
			t.Errorf("db1 did not go on:\n%s", r.out)
		}
	})
	t.Run("wrong key", func(t *testing.T) {
		key := filepath.Join(folder, "stranger")
		on(t, "db1", "ssh-keygen -q -t ed25519 -N '' -f /tmp/stranger")
		if err := os.WriteFile(key, []byte(on(t, "db1", "cat /tmp/stranger; rm /tmp/stranger*")), 0o600); err != nil {
			t.Fatal(err)
		}
		file := edited(t, "identity_file: .state/id_ed25519", "identity_file: stranger")
		odooctl(t, "plan", file).want(t, 4).has(t, "db1: log in as deploy", "stranger")
	})
	t.Run("changed host key", func(t *testing.T) {
		text, err := os.ReadFile(filepath.Join(fleet.Dir(), "known_hosts"))
		if err != nil {
			t.Fatal(err)
		}
		// db1 is known by the keys of web1.
		var lines []string
		for line := range strings.Lines(string(text)) {
			if strings.Contains(line, subnet+"2 ") || strings.Contains(line, subnet+"2,") {
				continue
			}
			lines = append(lines, line)
			if strings.Contains(line, subnet+"10") {
				_, key, _ := strings.Cut(line, " ")
				lines = append(lines, subnet+"2 "+key)
			}
		}
		if err := os.WriteFile(filepath.Join(folder, "wrong_hosts"), []byte(strings.Join(lines, "")),
			0o644); err != nil {
			t.Fatal(err)
		}
		file := edited(t, "known_hosts: .state/known_hosts", "known_hosts: wrong_hosts")
		odooctl(t, "plan", file).want(t, 4).has(t, "db1", "key", "wrong_hosts:")
	})
	t.Run("sudo refused", func(t *testing.T) {
		on(t, "web1", "mv /etc/sudoers.d/deploy /root/ 2>/dev/null || mv /etc/sudoers.d/* /root/")
		defer on(t, "web1", "mv /root/deploy /etc/sudoers.d/ 2>/dev/null || mv /root/90* /etc/sudoers.d/")
		odooctl(t, "plan", inventory()).want(t, 4).has(t, "web1", "sudo")
	})
	t.Run("nginx finds an error", func(t *testing.T) {
		// A foreign file with an error: it is not blamed on ours, and nothing is left
		// half-done.
		on(t, "web1", "echo 'no such directive;' >/etc/nginx/conf.d/broken.conf; "+smallBodies)
		defer odooctl(t, "apply", "-l", "web1", inventory())
		defer on(t, "web1", "rm /etc/nginx/conf.d/broken.conf")
		was := on(t, "web1", "sha256sum /etc/nginx/sites-available/*")
		odooctl(t, "apply", "-l", "web1", inventory()).want(t, 5).has(t, "web1", "nginx -t",
			`unknown directive "no"`, "put back")
		untouched(t, "web1", was, "sha256sum /etc/nginx/sites-available/*")
	})
	t.Run("PostgreSQL finds an error", func(t *testing.T) {
		on(t, "db1", "cp -p /etc/postgresql/15/main/pg_hba.conf /root/; echo 'host all all 10.0.0.0/33 md5' "+
			">>/etc/postgresql/15/main/pg_hba.conf")
		defer on(t, "db1", "cp -p /root/pg_hba.conf /etc/postgresql/15/main/pg_hba.conf")
		was := on(t, "db1", "sha256sum /etc/postgresql/15/main/pg_hba.conf")
		file := edited(t, "allow: ["+subnet+"0/24]", "allow: ["+subnet+"0/25]")
		odooctl(t, "apply", "-l", "db1", file).want(t, 5).has(t, "db1", "pg_hba_file_rules", "invalid CIDR mask", "put back")
		untouched(t, "db1", was, "sha256sum /etc/postgresql/15/main/pg_hba.conf")
	})
	t.Run("setting refused", func(t *testing.T) {
		file := edited(t, "max_connections: 200", "max_connections: 200\n        work_mem: lots")
		odooctl(t, "apply", "-l", "db1", file).want(t, 5).has(t, "db1", "work_mem", "put back")
		odooctl(t, "plan", "--detailed-exitcode", inventory()).want(t, 0)
	})
	t.Run("a restart that fails", func(t *testing.T) {
		file := edited(t, "host: next1\n", "host: next1\n      settings: {shared_buffers: 640GB}\n")
		odooctl(t, "apply", "-l", "next1", file).want(t, 5).has(t, "next1", "put back")
		if out := on(t, "next1", "systemctl is-active postgresql@18-main odoo nginx"); out != "active\nactive\nactive\n" {
			t.Errorf("what ran before runs no more: %q", out)
		}
		odooctl(t, "plan", "--detailed-exitcode", inventory()).want(t, 0)
	})
	t.Run("a unit that falls over again and again", func(t *testing.T) {
		book := playbook(t, `
- hosts: app2
  tasks:
    - file: {path: /etc/systemd/system/odoo.service.d/99-loop.conf, content: "[Service]\nType=simple\nExecStart=\nExecStart=/bin/sh -c 'echo the last words; sleep 0.3; exit 1'\nRestart=always\n", restart: odoo.service}
`)
		on(t, "app2", "mkdir -p /etc/systemd/system/odoo.service.d")
		odooctl(t, "apply", "-l", "app2", "--playbook", book, inventory()).want(t, 5).has(t, "app2", "does not stay up",
			"the last words", "put back")
		if out := on(t, "app2", "systemctl is-active odoo; systemctl show -p NeedDaemonReload --value odoo; ls "+
			"/etc/systemd/system/odoo.service.d"); !strings.HasPrefix(out, "active\nno\n") || strings.Contains(out, "99-loop") {
			t.Errorf("after it was put back: %q", out)
		}
	})
	t.Run("a file whose owner was deleted", func(t *testing.T) {
		on(t, "app2", "chown 4242:4243 /etc/odoo/odoo.conf")
		odooctl(t, "apply", "-l", "app2", inventory()).want(t, 0).has(t, "4242:4243 -> root:odoo")
		odooctl(t, "plan", "--detailed-exitcode", inventory()).want(t, 0)
	})
	t.Run("full disk", func(t *testing.T) {
		on(t, "app2", "sed -i 's/^workers.*/workers = 7/' /etc/odoo/odoo.conf; mkdir -p /root/full && cp -a /etc/odoo/. "+
			"/root/full/ && mount -t tmpfs -o size=4k,nr_inodes=20 none /etc/odoo && cp -a /root/full/. /etc/odoo/ && (cat "+
			"/dev/zero >/etc/odoo/fill 2>/dev/null; true)")
		defer odooctl(t, "apply", "-l", "app2", "--at-once", inventory())
		defer on(t, "app2", "umount /etc/odoo")
		was := on(t, "app2", "ls -A /etc/odoo; sha256sum /etc/odoo/odoo.conf")
		odooctl(t, "apply", "-l", "app2", inventory()).want(t, 2).has(t, "app2: untouched", "No space left")
		untouched(t, "app2", was, "ls -A /etc/odoo; sha256sum /etc/odoo/odoo.conf")
	})
}

func untouched(t *testing.T, host, was, look string) {
	t.Helper()
	if now := on(t, host, look); now != was {
		t.Errorf("%s was touched:\n%s\nwas:\n%s", host, now, was)
	}
	if left := on(t, host, "find /etc -name '.*odooctl*'"); left != "" {
		t.Errorf("%s: left over: %s", host, left)
	}
}
