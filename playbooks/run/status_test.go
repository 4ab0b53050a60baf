package run

import (
	"context"
	"crypto/rand"
	"fmt"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/playbooks/connect"
	"odooctl/remote"
	"odooctl/tasks"
	"odooctl/tasks/tasktest"
)

// saying is the shell of a host that says what was recorded of it.
type saying struct {
	t     *testing.T
	said  []tasktest.Reading
	calls *atomic.Int64
}

var nonceOf = regexp.MustCompile(`begin_answer ([0-9a-f]{32})\n`)

func (s *saying) Run(_ context.Context, script string, _ []byte) (remote.Result, error) {
	s.calls.Add(1)
	nonce := nonceOf.FindStringSubmatch(script)[1]
	for _, r := range s.said {
		if strings.HasSuffix(strings.ReplaceAll(script, nonce, tasktest.Nonce), r.Script) {
			return remote.Result{Stdout: []byte(strings.ReplaceAll(r.Answer, tasktest.Nonce, nonce))}, nil
		}
	}
	s.t.Errorf("nothing was recorded for this script: %.300s", script)
	return remote.Result{}, fmt.Errorf("no answer")
}

func (*saying) Close() error { return nil }

// TestStatusReadsOnce: status asks each host once, over one connection, for all that it tells,
// and again and again where it watches; what does not run is found, and what it means for
// the deployment.
func TestStatusReadsOnce(t *testing.T) {
	t.Parallel()
	inv := parsed(t, `
hosts: {db1: {address: 192.0.2.1}, app1: {address: 192.0.2.2}, app2: {address: 192.0.2.3}, web1: {address: 192.0.2.4}}
deployments:
  shop:
    odoo: {hosts: [app1, app2], version: "14.0", workers: 2, databases: [shop]}
    postgresql: {host: db1, role: {password: abc}}
    nginx: {hosts: [web1], server_name: shop.example.com, tls: {self_signed: true}}
`)
	book, err := playbooks.Embedded("site")
	if err != nil {
		t.Fatal(err)
	}
	stages, err := book.Stages(inv, "", "")
	if err != nil {
		t.Fatal(err)
	}
	said, err := tasktest.Converged(inv, append(stages, tasks.Stage{Name: "status", Hosts: inv.Hosts, Tasks: watches}))
	if err != nil {
		t.Fatal(err)
	}
	var logins, calls atomic.Int64
	fails := atomic.Bool{}
	r, err := Read(t.Context(), inv, book, Options{
		Watch: true, Stay: true, Rand: rand.Reader,
		Now: func() time.Time { return time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC) },
		Connect: func(_ context.Context, h *inventory.Host) (connect.Shell, error) {
			logins.Add(1)
			list := said[h.Name]
			if len(list) != 1 {
				t.Errorf("%s is read %d times", h.Name, len(list))
			}
			return &ailing{saying{t, list, &calls}, h.Name, &fails}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if calls.Load() != 4 || logins.Load() != 4 {
		t.Errorf("%d logins and %d scripts for 4 hosts", logins.Load(), calls.Load())
	}
	words := func() (list string) {
		hosts := r.Status()
		deployments := r.Deployments(hosts)
		for _, s := range hosts {
			list += s.Host + " " + Well(s, deployments) + ", "
		}
		for _, d := range deployments {
			list += fmt.Sprintf("%s %s by %v; down %v", d.Name, d.State, d.Hosts, d.Down)
		}
		return list
	}
	if got, want := words(), "db1 up, app1 up, app2 up, web1 up, shop serving by [app1 app2]; down []"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if p := r.Status()[0].PostgreSQL; len(p) != 1 || p[0].Cluster != "15/main" || p[0].Port != 5432 || p[0].Most == 0 {
		t.Errorf("%+v", p)
	}
	fails.Store(true)
	if err := r.Again(t.Context()); err != nil {
		t.Fatal(err)
	}
	if calls.Load() != 8+1 || logins.Load() != 4 { // the last line of what failed is asked for
		t.Errorf("watched: %d logins and %d scripts", logins.Load(), calls.Load())
	}
	if got, want := words(),
		"db1 up, app1 up, app2 down, web1 up, shop partly by [app1]; down [Odoo on app2]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for _, f := range r.Report().Failed() {
		t.Fatal(f.Err)
	}
	if o := r.Status()[2].Odoo[0]; o.Exit != "exit 1" || o.Says != "Address already in use" || o.Unit != "odoo.service" {
		t.Errorf("%+v", o)
	}
}

// ailing is a host whose Odoo fails on app2, once it is told to.
type ailing struct {
	saying
	host  string
	fails *atomic.Bool
}

func (f *ailing) Run(ctx context.Context, script string, input []byte) (remote.Result, error) {
	if f.host != "app2" || !f.fails.Load() {
		return f.saying.Run(ctx, script, input)
	}
	if strings.Contains(script, "_SYSTEMD_UNIT=") {
		f.calls.Add(1)
		nonce, key := nonceOf.FindStringSubmatch(script)[1], strings.Repeat("k", 16)
		return remote.Result{Stdout: []byte("\n@" + nonce + " " + key + "\n\n@" + key +
			" output 0\nAddress already in use\n\n@" + key + " end\n")}, nil
	}
	res, err := f.saying.Run(ctx, script, input)
	res.Stdout = []byte(strings.Replace(string(res.Stdout), "Id=odoo.service\nLoadState=loaded\nActiveState=active\n",
		"Id=odoo.service\nLoadState=loaded\nActiveState=failed\nResult=exit-code\nExecMainStatus=1\n", 1))
	return res, err
}
