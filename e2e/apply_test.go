//go:build lab

package e2e

import (
	"context"
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestApply is the main job: from fresh hosts to logins over HTTPS, and no change the
// second time.
func TestApply(t *testing.T) {
	odooctl(t, "validate", inventory()).want(t, 0)
	odooctl(t, "apply", inventory()).want(t, 0)
	odooctl(t, "apply", inventory()).want(t, 0).has(t, "plan: 0 changes on 5 hosts", ": 0 changes, 0 of 5 hosts failed")
	odooctl(t, "plan", "--detailed-exitcode", inventory()).want(t, 0)
	odooctl(t, "status", inventory()).want(t, 0).has(t, "Odoo 14.0", "Odoo 19.0", "PostgreSQL 15/main", "nginx 1.22")

	t.Run("login", func(t *testing.T) {
		login(t, "odoo.mycompany.example", fleet.Host("web1").Address().String(), "mycompany")
		login(t, "next.mycompany.example", fleet.Host("next1").Address().String(), "next")
	})
	t.Run("redirect", func(t *testing.T) {
		c := browser(fleet.Host("web1").Address().String())
		c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		res, err := c.Get("http://odoo.mycompany.example/web?x=1")
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if to := res.Header.Get("Location"); res.StatusCode != 308 || to != "https://odoo.mycompany.example/web?x=1" {
			t.Errorf("%d to %s, want 308 to https", res.StatusCode, to)
		}
	})
	t.Run("both app hosts serve", func(t *testing.T) {
		for _, host := range []string{"app1", "app2"} {
			addr := fleet.Host(host).Address()
			on(t, "web1", fmt.Sprintf("curl -sSf -o /dev/null --max-time 20 http://%s:8069/web/login", addr))
		}
	})
	t.Run("role", func(t *testing.T) {
		got := on(t, "db1",
			`cd / && su postgres -c "psql -XAtc \"select rolsuper, rolcreatedb, rolcanlogin, left(rolpassword, 14) from pg_authid where rolname = 'odoo'\""`)
		if want := "f|f|t|SCRAM-SHA-256$\n"; got != want {
			t.Errorf("role: %q, want %q", got, want)
		}
	})
	t.Run("Odoo's own reader", odooReads)
	t.Run("hand edits", handEdits)
}

// reader makes Odoo's own code parse the file and print every value. Odoo 19 warns of
// an unknown option; older ones keep it silently, so there the known ones are the
// options of its command line and those of the file only.
const reader = `import sys, logging, configparser
sys.argv = ['odoo']
logging.basicConfig(stream=sys.stdout, level=logging.WARNING)
import odoo
from odoo.tools import config
config.parse_config(['-c', '/etc/odoo/odoo.conf'])
p = configparser.RawConfigParser(); p.read('/etc/odoo/odoo.conf')
for k, v in p.items('options'):
    if odoo.release.version_info[0] < 19 and k not in config.casts and k != 'admin_passwd': print('UNKNOWN', k)
    print(k, '=', '***' if 'passw' in k else config[k])
print('END')
`

func odooReads(t *testing.T) {
	for _, host := range []string{"app1", "next1"} {
		out := on(t, host,
			"cd / && PYTZ_TZDATADIR=/usr/share/zoneinfo setpriv --reuid=odoo --regid=odoo --init-groups python3 -W ignore - "+
				"2>&1 <<'EOF'\n"+reader+"EOF")
		if !strings.Contains(out, "END") || !strings.Contains(out, "proxy_mode = True") {
			t.Errorf("%s: Odoo did not read the file:\n%s", host, out)
		}
		for _, bad := range []string{"WARNING", "UNKNOWN", "Error"} {
			if strings.Contains(out, bad) {
				t.Errorf("%s: %s in:\n%s", host, bad, out)
			}
		}
		t.Logf("%s:\n%s", host, out)
	}
}

// handEdits: the plan has exactly the manual edits, and they are put back.
func handEdits(t *testing.T) {
	on(t, "app1", "sed -i 's/^workers.*/workers = 7/' /etc/odoo/odoo.conf")
	on(t, "db1", "sed -i '/odooctl managed/,$ s/scram-sha-256/md5/' /etc/postgresql/15/main/pg_hba.conf")
	on(t, "web1", "sed -i 's/client_max_body_size.*/client_max_body_size 1m;/' "+
		"/etc/nginx/sites-available/odooctl-mycompany.conf")
	plan := odooctl(t, "plan", "--detailed-exitcode", inventory()).want(t, 2)
	plan.has(t, "-workers = 7", "file /etc/postgresql/15/main/pg_hba.conf",
		"file /etc/nginx/sites-available/odooctl-mycompany.conf")
	if n := strings.Count(plan.out, "  ~ "); n != 3 {
		t.Errorf("%d changes, want 3:\n%s", n, plan.out)
	}
	odooctl(t, "apply", "--at-once", inventory()).want(t, 0)
	odooctl(t, "plan", "--detailed-exitcode", inventory()).want(t, 0)
}

// TestPlanLeavesNoTrace compares hosts before and after a plan and a status: names,
// sizes, times, owners and contents of all that they ever wrote, except for what their
// own services write all the time.
func TestPlanLeavesNoTrace(t *testing.T) {
	const busy = `-path ./run/systemd -o -path ./var/log/journal -o -path ./var/log/wtmp -o -path ./var/log/lastlog -o -path ./var/log/btmp -o -path './var/log/auth.log*' -o -path ./var/log/odoo -o -path ./var/log/postgresql -o -path './var/lib/postgresql/*/main' -o -path ./run/postgresql -o -path ./run/user -o -path ./var/lib/odoo -o -path ./run/sudo -o -path ./run/log -o -path ./run/motd.dynamic -o -path ./run/credentials -o -path './dev/shm/PostgreSQL.*'`
	// Debian's sshd rewrites /run/motd.dynamic at every login. What a run keeps in
	// /dev/shm is removed at its end, and changes the folder's time. systemd-tmpfiles-clean
	// does so to /run/credentials, 15 minutes after the boot.
	const look = `find "$@" \( ` + busy +
		` \) -prune -o -printf '%p %s %T@ %m %u %g\n' | grep -v -e '^./run ' -e '^./dev/shm ' | sort; find "$@" \( ` + busy + ` \) -prune -o -type f -print0 | sort -z | xargs -0 sha256sum`
	hosts := []string{"db1", "app1", "app2", "web1", "next1"}
	traces := func(host string) string {
		disk := exec.CommandContext(t.Context(), "sh", "-c", look, "sh", ".")
		disk.Dir = fleet.Host(host).Written()
		out, err := disk.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return string(out) + on(t, host, "cd / && set -- ./run ./tmp ./dev/shm && "+look)
	}
	was := map[string]string{}
	for _, host := range hosts {
		was[host] = traces(host)
	}
	odooctl(t, "plan", inventory()).want(t, 0)
	odooctl(t, "status", inventory()).want(t, 0)
	for _, host := range hosts {
		now := traces(host)
		t.Logf("%s: %d lines compared", host, strings.Count(now, "\n"))
		if now != was[host] {
			t.Errorf("%s: the plan left traces:\n%s", host, firstDifference(was[host], now))
		}
	}
}

func firstDifference(a, b string) string {
	la, lb := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range la {
		if i >= len(lb) || la[i] != lb[i] {
			return la[i] + "\n" + strings.Join(lb[min(i, len(lb)-1):min(i+1, len(lb))], "")
		}
	}
	return "more lines after"
}

// TestDrift: status reports what runs and is not what is on disk.
func TestDrift(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	r := odooctl(t, "status", inventory()).want(t, 0)
	for _, no := range []string{"has not read", "restart is due", "daemon-reload"} {
		if strings.Contains(r.out, no) {
			t.Errorf("drift on a fleet as planned:\n%s", r.out)
		}
	}
	time.Sleep(2 * time.Second)
	on(t, "web1", "touch /etc/nginx/nginx.conf")
	on(t, "app1", "touch /etc/odoo/odoo.conf /lib/systemd/system/odoo.service")
	on(t, "db1", `cd / && su postgres -c "psql -qc 'alter system set shared_buffers to 20000' -c 'select pg_reload_conf()'" && sleep 1`)
	odooctl(t, "status", inventory()).want(t, 0).has(t,
		"nginx.service has not read /etc/nginx/nginx.conf since it changed",
		"odoo.service has not read /etc/odoo/odoo.conf since it changed",
		"systemd has not read the changed unit files of odoo.service",
		"PostgreSQL 15/main still runs with the old shared_buffers: a restart is due")
	on(t, "web1", "systemctl reload nginx")
	on(t, "app1", "systemctl daemon-reload; systemctl restart odoo")
	on(t, "db1", `cd / && su postgres -c "psql -qc 'alter system reset shared_buffers' -c 'select pg_reload_conf()'"`)
}

// eventually retries until it works or the time is up.
func eventually(t *testing.T, within time.Duration, try func() error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	for {
		err := try()
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatal(err)
		case <-time.After(300 * time.Millisecond):
		}
	}
}
