//go:build lab

package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// serves logs in to each Odoo host, as a person would, at its own port: two hosts do
// not share sessions.
func serves(t *testing.T) {
	t.Helper()
	for _, host := range []string{"app1", "app2"} {
		site := fmt.Sprintf("http://%s:8069", fleet.Host(host).Address())
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		c := &http.Client{Jar: jar, Timeout: time.Minute}
		var token []string
		eventually(t, time.Minute, func() error {
			page, err := get(c, site+"/web/login")
			token = csrfToken.FindStringSubmatch(page)
			if err == nil && token == nil {
				err = errors.New("this is no login page")
			}
			return err
		})
		res, err := c.PostForm(site+"/web/login", url.Values{"login": {"admin"}, "password": {secretOf(t, "admin")},
			"csrf_token": {token[1]}, "redirect": {""}})
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		res, err = c.Post(site+"/web/session/get_session_info", "application/json",
			strings.NewReader(`{"jsonrpc":"2.0","method":"call","params":{}}`))
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if !strings.Contains(string(body), `"username": "admin"`) {
			t.Errorf("%s: no one is logged in: %d %.300s", host, res.StatusCode, body)
		}
	}
}

// asks requests a page from Odoo on app1 that needs the database.
func asks(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "GET",
		fmt.Sprintf("http://%s:8069/web/login", fleet.Host("app1").Address()), nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != 200 {
		return fmt.Errorf("%s", res.Status)
	}
	return nil
}

// back waits until Odoo serves pages from its database again, three in a row, because
// it has two workers, and returns how long that took.
func back(t *testing.T) time.Duration {
	t.Helper()
	began, since := time.Now(), time.Time{}
	for good := 0; good < 3; time.Sleep(200 * time.Millisecond) {
		if err := asks(t.Context()); err == nil {
			if good++; good == 1 {
				since = time.Now()
			}
		} else if good = 0; time.Since(began) > 3*time.Minute {
			t.Fatalf("Odoo does not come back: %v", err)
		}
	}
	return since.Sub(began)
}

// fault is something that a tunnel has to survive.
type fault struct {
	name  string
	fault func(t *testing.T)
	most  time.Duration // until Odoo serves again
}

// faults breaks what a tunnel depends on, repairs it, and measures how long Odoo takes
// to serve again by itself.
func faults(t *testing.T) {
	db := fleet.Host("db1")
	const cut = time.Minute
	cases := []fault{
		{"sshd restarts", func(t *testing.T) { on(t, "db1", "systemctl restart ssh") }, 3 * time.Second},
		{"sshd's process of the tunnel is killed", func(t *testing.T) { on(t, "db1", "pkill -KILL -u odooctl-gate") },
			15 * time.Second},
		{"ssh is killed", func(t *testing.T) {
			on(t, "app1", "kill -9 $(systemctl show -p MainPID --value odooctl-tunnel-mycompany)")
		}, 15 * time.Second},
		{"PostgreSQL restarts", func(t *testing.T) { on(t, "db1", "systemctl restart postgresql@15-main") },
			15 * time.Second},
		{fmt.Sprintf("no packet for %v", cut), func(t *testing.T) {
			port := "vb-" + fleet.Name() + "-db1"
			ip(t, "link", "set", port, "nomaster")
			time.Sleep(cut)
			ip(t, "link", "set", port, "master", fleet.Bridge())
		}, 30 * time.Second},
		{"the database host loses power and boots", func(t *testing.T) {
			if err := db.Kill(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := db.Stop(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := db.Boot(t.Context()); err != nil {
				t.Fatal(err)
			}
		}, 60 * time.Second},
	}
	if !*thorough { // the others take too long for CI
		cases = cases[2:3]
	}
	var table strings.Builder
	for _, c := range cases {
		back(t)
		began := time.Now()
		c.fault(t)
		lasted := time.Since(began)
		took := back(t)
		fmt.Fprintf(&table, "%-45s lasted %5.1f s, back %5.1f s after\n", c.name, lasted.Seconds(), took.Seconds())
		if took > c.most {
			t.Errorf("%s: Odoo was back after %v, want %v at most", c.name, took, c.most)
		}
	}
	t.Log("\n" + table.String())
}

func ip(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), "ip", args...).CombinedOutput(); err != nil {
		t.Fatalf("ip %v: %v: %s", args, err, out)
	}
}

// crowd opens 200 connections at once and has PostgreSQL answer on each.
func crowd(t *testing.T) {
	out := on(t, "app1", `python3 - <<'EOF'
import socket, time
began = time.time()
all = [socket.create_connection(("127.0.0.1", 15432), 20) for _ in range(200)]
for s in all: s.sendall(bytes([0, 0, 0, 8, 4, 210, 22, 47]))
answers = [s.recv(1) for s in all]
print(len([a for a in answers if a in (b"S", b"N")]), "answers in %.2f s" % (time.time() - began))
EOF`)
	t.Log(out)
	if !strings.HasPrefix(out, "200 answers") {
		t.Errorf("of 200 connections at once: %s", out)
	}
}

// throughput sends data through the tunnel and through a plain ssh -L beside it, and
// compares digest and speed.
func throughput(t *testing.T) {
	const size = 1024
	on(t, "db1", `cd / && su postgres -c "psql -qX mycompany" <<'EOF'
drop table if exists odooctl_bulk;
create table odooctl_bulk as select n, repeat(md5(n::text), 32768) as data from generate_series(1, 64) n;
alter table odooctl_bulk owner to odoo;
EOF`)
	defer on(t, "db1", `cd / && su postgres -c "psql -qXc 'drop table odooctl_bulk' mycompany"`)
	key := fleet.Key()
	on(t, "app1", fmt.Sprintf("umask 077; cat >/root/bulk.key <<'EOF'\n%sEOF\n"+
		"ssh -F /dev/null -f -N -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -i /root/bulk.key -L "+
		"127.0.0.1:15499:127.0.0.1:5432 deploy@%s 2>/dev/null", readFile(t, key), fleet.Host("db1").Address()))
	defer on(t, "app1", "kill $(ss -Hltnp 'sport = :15499' | sed -n 's/.*pid=\\([0-9]*\\).*/\\1/p'); rm -f /root/bulk.key")
	out := on(t, "app1", fmt.Sprintf(`python3 - <<'EOF'
import configparser, hashlib, time, psycopg2
o = configparser.RawConfigParser(); o.read("/etc/odoo/odoo.conf")
def take(port):
    c = psycopg2.connect(host="127.0.0.1", port=port, user="odoo", password=o.get("options", "db_password"), dbname="mycompany", sslmode="disable")
    class Sink:
        size, sum = 0, hashlib.md5()
        def write(self, b):
            b = b.encode() if isinstance(b, str) else b
            self.size += len(b); self.sum.update(b)
    s, began = Sink(), time.time()
    s.sum = hashlib.md5()
    for _ in range(%d // 64): c.cursor().copy_expert("copy (select * from odooctl_bulk order by n) to stdout", s)
    took = time.time() - began
    return s.size, s.sum.hexdigest(), s.size / took / 1e6
take(15499)
a, b = take(15432), take(15499)
print("tunnel %%d MB %%s %%.0f MB/s; plain ssh -L %%d MB %%s %%.0f MB/s; ratio %%.2f" %% (a[0] >> 20, a[1], a[2], b[0] >> 20, b[1], b[2], a[2] / b[2]))
assert a[:2] == b[:2] and a[0] >> 20 >= %d
assert a[2] / b[2] > 0.6
EOF`, size, size-1))
	t.Log(out)
}

// whoAnswers puts other services behind the tunnel's port, and checks that status
// distinguishes them.
func whoAnswers(t *testing.T, file string) {
	const unit = "odooctl-tunnel-mycompany.service"
	says := func(texts ...string) { t.Helper(); odooctl(t, "status", file).has(t, texts...) }

	on(t, "db1", "systemctl stop postgresql@15-main")
	says("the tunnel: dead: 127.0.0.1:15432 takes connections and its far end ends them")
	on(t, "db1", "systemctl start postgresql@15-main")

	on(t, "app1", "systemctl stop "+unit)
	says("the tunnel: down: nothing listens on 127.0.0.1:15432")

	pid := strings.TrimSpace(on(t, "app1", `cat >/tmp/foreign.py <<'EOF'
import socket
s = socket.create_server(("127.0.0.1", 15432))
while True:
    c, _ = s.accept()
    c.sendall(b"HELLO")
    c.recv(8)
    c.close()
EOF
setsid python3 /tmp/foreign.py >/dev/null 2>&1 </dev/null & echo $!; sleep 1`))
	says("port 15432 of app1 is in use", "the tunnel: foreign: what answers on 127.0.0.1:15432 is not PostgreSQL")
	on(t, "app1", "rm /tmp/foreign.py; kill "+pid)

	// The other server is one of app1's own, from the package.
	const server = `cd / && su postgres -c "/usr/lib/postgresql/13/bin/pg_ctl -D /var/lib/postgresql/13/main -w -l /dev/null`
	on(t, "app1", server+` -o '-p 15432 -c config_file=/etc/postgresql/13/main/postgresql.conf' start" >/dev/null`)
	defer on(t, "app1", server+` stop" >/dev/null; systemctl start `+unit)
	says("the tunnel: refused: PostgreSQL answers on 127.0.0.1:15432 and does not let the role odoo in")
	on(t, "app1", `p=$(sed -n 's/^db_password = //p' /etc/odoo/odoo.conf); cd / && echo "set password_encryption = 'md5'; create role odoo login password '$p'" | su postgres -c 'psql -qX -p 15432'`)
	says("the tunnel: wrong: on 127.0.0.1:15432 answers PostgreSQL")
	on(t, "app1", "cd / && echo 'drop role odoo' | su postgres -c 'psql -qX -p 15432'")
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
