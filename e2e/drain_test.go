//go:build lab

package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// servedBy sends a request through web1, and returns the Odoo host that answered.
func servedBy(t *testing.T) (found string) {
	t.Helper()
	probe := fmt.Sprintf("probe=%d", time.Now().UnixNano())
	if res := ask(t, "web1", "GET", "https://odoo.mycompany.example/web/login?"+probe); res.StatusCode != 200 {
		t.Fatalf("web1: %s", res.Status)
	}
	eventually(t, 10*time.Second, func() error {
		for _, host := range []string{"app1", "app2"} {
			if on(t, host, "grep -c '"+probe+"' /var/log/odoo/odoo-server.log || true") != "0\n" {
				found = host
				return nil
			}
		}
		return fmt.Errorf("no Odoo host has logged %s", probe)
	})
	return found
}

// TestDrain: an Odoo host is drained during requests, stays so when the inventory is
// applied, and comes back; the last one cannot be drained.
func TestDrain(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	first := servedBy(t)
	other := map[string]string{"app1": "app2", "app2": "app1"}[first]
	s := streaming(t, asksHTTP("http://"+fleet.Host("web1").Address().String()+"/"))
	odooctl(t, "drain", inventory(), "mycompany", first).want(t, 0).has(t, first+" gets no new requests")
	if now := servedBy(t); now != other {
		t.Errorf("%s still serves", now)
	}
	odooctl(t, "drain", inventory(), "mycompany", other).want(t, 2).has(t, other+" stays in",
		"is the last one that serves")
	odooctl(t, "apply", inventory()).want(t, 0).has(t, "plan: 0 changes", "odooctl undrain sends it requests again")
	if now := servedBy(t); now != other {
		t.Errorf("apply put %s back", now)
	}
	odooctl(t, "undrain", inventory(), "mycompany", first).want(t, 0).has(t, first+" gets requests again")
	if now := servedBy(t); now != first {
		t.Errorf("%s serves, want %s again", now, first)
	}
	s.stop()
	if s.lost.Load() > 0 {
		t.Errorf("%d of %d requests lost: %v", s.lost.Load(), s.sent.Load(), s.last.Load())
	}
	odooctl(t, "plan", "--detailed-exitcode", inventory()).want(t, 0)
}

// TestNginxBadInput: problems that nginx -t does not notice are found, reported with
// the program or the file at fault, and nothing stays changed.
func TestNginxBadInput(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	const look = "cd /etc/nginx && find . -name '*.conf' | sort | xargs sha256sum"
	changed := edited(t, "server_name: odoo.mycompany.example",
		"server_name: odoo.mycompany.example\n      client_max_body_size: 99m")

	t.Run("port taken", func(t *testing.T) {
		on(t, "web1", "systemctl stop nginx; systemd-run -q --unit=thief python3 -m http.server 443; for i in $(seq 50); "+
			"do ss -Hltn 'sport = :443' | grep -q . && break; sleep 0.1; done")
		defer odooctl(t, "apply", "--at-once", inventory())
		defer on(t, "web1", "systemctl stop thief")
		was := on(t, "web1", look)
		odooctl(t, "apply", changed).want(t, 5).has(t, "web1", `0.0.0.0:443 is taken by python3 (process `,
			"stop that program", "put back")
		untouched(t, "web1", was, look)
	})
	t.Run("name in a file of somebody else", func(t *testing.T) {
		on(t, "web1", "printf 'server { listen 80; server_name odoo.mycompany.example; }\\n' >/etc/nginx/conf.d/own.conf")
		defer on(t, "web1", "rm /etc/nginx/conf.d/own.conf")
		was := on(t, "web1", look)
		odooctl(t, "apply", changed).want(t, 2).has(t,
			"server_name odoo.mycompany.example is in /etc/nginx/conf.d/own.conf on web1 too")
		untouched(t, "web1", was, look)
	})
	t.Run("name in a file that is not looked into", func(t *testing.T) {
		on(t, "web1", "mkdir /etc/nginx/own; printf 'include /etc/nginx/own/*;\\n' >/etc/nginx/conf.d/own.conf; printf "+
			"'server { listen 80; server_name odoo.mycompany.example; }\\n' >/etc/nginx/own/site")
		defer on(t, "web1", "rm -r /etc/nginx/conf.d/own.conf /etc/nginx/own")
		was := on(t, "web1", look)
		odooctl(t, "apply", changed).want(t, 5).has(t, `conflicting server name "odoo.mycompany.example"`, "put back")
		untouched(t, "web1", was, look)
	})
	long(t, "attachments from the disk", func(t *testing.T) {
		defer odooctl(t, "apply", "--at-once", inventory())
		file := edited(t, "server_name: next.mycompany.example",
			"server_name: next.mycompany.example\n      x_sendfile: true")
		odooctl(t, "apply", file).want(t, 0)
		odooctl(t, "plan", "--detailed-exitcode", file).want(t, 0)
		page, err := get(browser(fleet.Host("next1").Address().String()), "https://next.mycompany.example/web/login")
		if err != nil {
			t.Fatal(err)
		}
		_, style, _ := strings.Cut(page, `href="/web/assets/`)
		style, _, _ = strings.Cut(style, `"`)
		res := ask(t, "next1", "GET", "https://next.mycompany.example/web/assets/"+style)
		if res.StatusCode != 200 || res.Header.Get("Etag") == "" || res.Header.Get("X-Accel-Redirect") != "" {
			t.Errorf("%s: %s %v", style, res.Status, res.Header)
		}
		on(t, "next1", "! setpriv --reuid=www-data --regid=www-data --init-groups cat /etc/odoo/odoo.conf 2>/dev/null")
		on(t, "next1", "! setpriv --reuid=www-data --regid=www-data --init-groups ls "+
			"/var/lib/odoo/.local/share/Odoo/sessions 2>/dev/null")
	})
}
