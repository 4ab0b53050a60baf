//go:build lab

package e2e

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestReach: for each Odoo host it is known how PostgreSQL would answer its login, and
// what prevents it, without any password.
func TestReach(t *testing.T) {
	file := edited(t, "allow: ["+subnet+"0/24]", "allow: ["+subnet+"0/26]")
	odooctl(t, "apply", file).want(t, 0)
	defer odooctl(t, "apply", "--at-once", inventory())
	db := fleet.Host("db1").Address().String()
	t.Run("allowed", func(t *testing.T) {
		if r := odooctl(t, "plan", "--detailed-exitcode", file).want(t, 0); strings.Contains(r.err, "PostgreSQL at") {
			t.Errorf("a warning of an open way:\n%s", r.err)
		}
	})
	t.Run("unreachable", func(t *testing.T) {
		on(t, "app2", "ip route add unreachable "+db+"/32")
		defer on(t, "app2", "ip route del unreachable "+db+"/32")
		odooctl(t, "plan", file).want(t, 0).has(t, "asked from app2 as odoo for mycompany: unreachable: ",
			"is the host up")
	})
	t.Run("rejected", func(t *testing.T) {
		nat := subnet + "77"
		on(t, "app2", fmt.Sprintf("ip addr add %s/32 dev host0 && ip route add %s/32 dev host0 src %s", nat, db, nat))
		defer on(t, "app2", fmt.Sprintf("ip route del %s/32; ip addr del %s/32 dev host0", db, nat))
		odooctl(t, "plan", "--detailed-exitcode", file).want(t, 0).has(t,
			"asked from app2 as odoo for mycompany: rejected: no pg_hba.conf entry for host \""+nat+"\"", "NAT")
		other := edited(t, "allow: ["+subnet+"0/24]", "allow: ["+subnet+"0/26]", "max_connections: 200",
			"max_connections: 200\n        work_mem: 5MB")
		odooctl(t, "apply", other).want(t, 2).has(t, "failed: app2: applied, and PostgreSQL at "+db+":5432", "rejected")
	})
}

// TestOthers: a server with a database of others is reloaded under load without losing
// a connection, and restarted only if that is allowed.
func TestOthers(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	psql := `cd / && setpriv --reuid=postgres --regid=postgres --init-groups psql -XAtq -c `
	on(t, "db1", psql+`'create role wiki login' -c 'create database wiki owner wiki' && setpriv --reuid=postgres --regid=postgres --init-groups pgbench -q -i wiki 2>&1`)
	defer func() {
		on(t, "db1", psql+`'drop database wiki (force)' -c 'drop role wiki'`)
		odooctl(t, "apply", "--at-once", inventory()).want(t, 0)
	}()
	started := func() string { return on(t, "db1", psql+`'select pg_postmaster_start_time()'`) }
	before := started()

	load := make(chan string, 1)
	go func() {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		out, err := fleet.Host("db1").Exec(ctx,
			`cd / && setpriv --reuid=postgres --regid=postgres --init-groups pgbench -n -c 8 -T 9 wiki 2>&1; echo "exit $?"`)
		load <- fmt.Sprint(out, err)
	}()
	time.Sleep(time.Second)
	file := edited(t, "max_connections: 200", "max_connections: 200\n        track_activity_query_size: 2048",
		"allow: ["+subnet+"0/24]", "allow: ["+subnet+"0/25]")
	odooctl(t, "apply", file).want(t, 0).has(t, "reload postgresql@15-main.service", "is not restarted",
		"databases wiki", "track_activity_query_size takes a restart")
	if r := odooctl(t, "plan", "--detailed-exitcode", file).want(t, 0).has(t, "is not restarted"); !strings.Contains(r.out,
		"plan: 0 changes") {
		t.Errorf("a restart that waits is no change:\n%s", r.out)
	}
	odooctl(t, "status", file).want(t, 0).has(t, "still runs with the old track_activity_query_size: a restart is due")
	told := <-load
	t.Log(told)
	for _, want := range []string{"exit 0", "number of failed transactions: 0 ("} {
		if !strings.Contains(told, want) {
			t.Errorf("pgbench under a reload does not say %q:\n%s", want, told)
		}
	}
	if bad := regexp.MustCompile(`aborted|terminat|closed`).FindString(told); bad != "" {
		t.Errorf("pgbench lost a connection (%s):\n%s", bad, told)
	}
	if now := started(); now != before {
		t.Errorf("the server was restarted: %s, before %s", now, before)
	}
	odooctl(t, "apply", "--allow-restart", file).want(t, 0).has(t, "restart postgresql@15-main.service")
	if now := on(t, "db1", psql+`'show track_activity_query_size'`); now != "2kB\n" {
		t.Errorf("track_activity_query_size is %q", now)
	}
}

// TestPackages: a package of a repository is installed with its dependencies, and a
// rollback removes them again.
func TestPackages(t *testing.T) {
	on(t, "web1", `set -e
cd "$(mktemp -d)"
mkdir -p repo
for p in tool lib; do
	mkdir -p $p/DEBIAN $p/usr/share/e2e-$p
	echo content >$p/usr/share/e2e-$p/file
	printf 'Package: e2e-%s\nVersion: 1.0\nArchitecture: all\nMaintainer: e2e <e2e@example.com>\nDescription: e2e\n' $p >$p/DEBIAN/control
done
echo 'Depends: e2e-lib' >>tool/DEBIAN/control
for p in tool lib; do
	dpkg-deb -b $p repo/$p.deb >/dev/null
	{ cat $p/DEBIAN/control; echo "Filename: ./$p.deb"; echo "Size: $(stat -c %s repo/$p.deb)"; echo "SHA256: $(sha256sum repo/$p.deb | cut -d ' ' -f 1)"; echo; } >>repo/Packages
done
rm -rf /srv/e2e && mv repo /srv/e2e && chmod -R a+rX /srv/e2e
mkdir -p /root/e2e-sources
for f in sources.list sources.list.d; do [ ! -e /etc/apt/$f ] || mv /etc/apt/$f /root/e2e-sources/; done
mkdir /etc/apt/sources.list.d
echo 'deb [trusted=yes] file:/srv/e2e ./' >/etc/apt/sources.list.d/e2e.list`)
	defer on(t, "web1", `dpkg --purge e2e-tool e2e-lib 2>/dev/null; rm -rf /srv/e2e /etc/apt/sources.list.d; mv /root/e2e-sources/* /etc/apt/; rmdir /root/e2e-sources; true`)
	book := playbook(t, "- hosts: web1\n  tasks:\n    - package: {names: [e2e-tool]}\n")
	odooctl(t, "apply", "--playbook", book, inventory()).want(t, 0).has(t, "+ package e2e-tool")
	on(t, "web1", "cat /usr/share/e2e-tool/file /usr/share/e2e-lib/file")
	odooctl(t, "plan", "--detailed-exitcode", "--playbook", book, inventory()).want(t, 0)
	odooctl(t, "rollback", "last").want(t, 0)
	on(t, "web1", "! [ -e /usr/share/e2e-tool/file ] && ! [ -e /usr/share/e2e-lib/file ]")
	missing := playbook(t, "- hosts: web1\n  tasks:\n    - package: {names: [e2e-nosuch]}\n")
	odooctl(t, "apply", "--playbook", missing, inventory()).want(t, 5).has(t, "install_packages e2e-nosuch",
		"Unable to locate package e2e-nosuch", "put back")
}
