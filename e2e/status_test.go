//go:build lab

package e2e

import (
	"regexp"
	"strconv"
	"testing"
)

// TestStatus: what does not run is down since a time, with its last line, and fails the verb; who
// shows a page or has drained a host is named; and all that is asked takes no more round trips
// than a plan.
func TestStatus(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	least := map[string]int{}
	for range 3 { // a machine that stalls adds round trips
		r := odooctl(t, "status", "--timings", inventory()).want(t, 0).has(t, "mycompany   serving",
			"5 hosts: 5 up; 0 changes")
		for _, m := range regexp.MustCompile(`(?m)^ *(\w+) .* (\d+)$`).FindAllStringSubmatch(r.err, -1) {
			if n, _ := strconv.Atoi(m[2]); least[m[1]] == 0 || n < least[m[1]] {
				least[m[1]] = n
			}
		}
	}
	for _, host := range []string{"db1", "app1", "app2", "web1", "next1"} {
		if n := least[host]; n < 5 || n > 9 {
			t.Errorf("%s: %d round trips, want 9 at most", host, n)
		}
	}
	t.Run("down", func(t *testing.T) {
		on(t, "app1", "systemctl stop odoo")
		on(t, "web1", "cp -a /etc/nginx/nginx.conf /root/was && echo nonsense >>/etc/nginx/nginx.conf && "+
			"! systemctl restart nginx")
		defer on(t, "app1", "systemctl start odoo")
		defer on(t, "web1", "mv /root/was /etc/nginx/nginx.conf; systemctl reset-failed nginx; systemctl start nginx")
		r := odooctl(t, "status", inventory()).want(t, 2)
		for _, line := range []string{
			`(?m)^app1 +DOWN .*stopped \d+ s`, `(?m)^web1 +DOWN .*failed \d+ s`,
			`E nginx\.service: failed since .*, at its start; it said: .*unexpected end of file.*; nginx: .*test failed`,
			`E odoo\.service: stopped since .* UTC, \d+ s`, `(?m)^mycompany +DOWN `, `(?m)^next +serving +next1$`,
			`5 hosts: 3 up, 2 down; \d+ changes? pending`,
		} {
			if !regexp.MustCompile(line).MatchString(r.out) {
				t.Errorf("%s is not in:\n%s", line, r.out)
			}
		}
		var status struct {
			Totals map[string]int
			Hosts  []struct {
				Host, Well string
				Nginx      struct{ State, Exit, Says string }
			}
		}
		fits(t, "status", odooctl(t, "status", "-o", "json", inventory()).want(t, 2).out, &status)
		if status.Totals["down"] != 2 || status.Hosts[3].Well != "down" || status.Hosts[3].Nginx.State != "failed" ||
			status.Hosts[3].Nginx.Says == "" {
			t.Errorf("%+v", status)
		}
	})
	t.Run("out of service", func(t *testing.T) {
		odooctl(t, "drain", inventory(), "mycompany", "app2", "--yes").want(t, 0)
		odooctl(t, "maintenance", inventory(), "mycompany", "--yes").want(t, 0)
		odooctl(t, "status", inventory()).want(t, 0).has(t, "app2   drained", "mycompany   MAINTENANCE  app1",
			"mycompany shows its maintenance page, since ", ", by ", "odooctl undrain sends it requests again")
		odooctl(t, "maintenance", inventory(), "mycompany", "--off", "--yes").want(t, 0)
		odooctl(t, "undrain", inventory(), "mycompany", "app2", "--yes").want(t, 0)
	})
}
