package run

import (
	"context"
	"strings"
	"sync"
	"testing"

	"odooctl/remote"
)

// What a temporary play did is undone where nothing came after it, unless another
// host of the deployment has got further.
func TestTemporary(t *testing.T) {
	t.Parallel()
	const book = `
- {name: pause, hosts: odoo, temporary: true, tasks: [test.file: {path: /etc/pause.conf, text: "stands still\n"}]}
- {name: update, hosts: odoo, rolling: {batches: 1}, tasks: [test.file: {path: /etc/app.conf, text: "workers = 2\n"}]}
`
	for _, c := range []struct{ name, fails, states, paused string }{
		{"first host fails", "app1", "app1 put back, app2 put back, app3 put back, app4 put back, app5 put back, app6 put " +
			"back", ""},
		{"second host fails", "app2", "app1 changed, app2 put back, app3 skipped, app4 skipped, app5 skipped, app6 skipped",
			"app1 app2 app3 app4 app5 app6"},
		{"none fails", "", "app1 changed, app2 changed, app3 changed, app4 changed, app5 changed, app6 changed",
			"app1 app2 app3 app4 app5 app6"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d, _ := rolled(t)
			d.meddle = second(failing(c.fails))
			report, err := d.apply(t.Context(), parsed(t, sixApps), played(t, book))
			if err != nil {
				t.Fatal(err)
			}
			if got := states(report); got != c.states {
				t.Errorf("%s, want %s", got, c.states)
			}
			var paused []string
			for _, host := range []string{"app1", "app2", "app3", "app4", "app5", "app6"} {
				if d.text(host, "etc/pause.conf") != "" {
					paused = append(paused, host)
				}
			}
			if got := strings.Join(paused, " "); got != c.paused {
				t.Errorf("%q still stand, want %q", got, c.paused)
			}
			for _, p := range d.find("last").Progress() {
				if p.Host == "app3" && !strings.Contains(c.states, "app3 "+string(p.State)) {
					t.Errorf("the journal has app3 as %s", p.State)
				}
			}
		})
	}
}

// second meddles with the second transaction of each host.
func second(next func(context.Context, string) (remote.Result, error, bool)) func(context.Context,
	string) (remote.Result, error, bool) {
	var mu sync.Mutex
	seen := map[string]int{}
	return func(ctx context.Context, host string) (remote.Result, error, bool) {
		mu.Lock()
		seen[host]++
		n := seen[host]
		mu.Unlock()
		if n != 2 {
			return remote.Result{}, nil, false
		}
		return next(ctx, host)
	}
}
