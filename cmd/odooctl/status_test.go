package main

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"odooctl/playbooks/journal"
	"odooctl/playbooks/run"
	"odooctl/tasks"
	"odooctl/tasks/certificate"
	"odooctl/tasks/nginx"
	"odooctl/tasks/nginx/site"
	"odooctl/tasks/odoo"
	"odooctl/tasks/postgresql"
	"odooctl/tasks/tunnel"
)

// TestStatusTable: what people see of hosts and deployments in all their states.
func TestStatusTable(t *testing.T) {
	now := time.Date(2026, 11, 30, 17, 0, 0, 0, time.UTC)
	runs := func(unit string) tasks.Service {
		return tasks.Service{Unit: unit, Health: tasks.Health{Condition: tasks.Runs, Since: now.Add(-time.Hour)}}
	}
	ended := func(unit string, is tasks.Condition, ago time.Duration, exit, says string) tasks.Service {
		return tasks.Service{Unit: unit, Says: says,
			Health: tasks.Health{Condition: is, Since: now.Add(-ago), Exit: exit, Count: 12}}
	}
	app := func(s tasks.Service, busy int) []odoo.Watched {
		return []odoo.Watched{{Service: s, Deployment: "shop", Version: "14.0", Mode: "multiprocess", Workers: 8, Busy: busy}}
	}
	server := postgresql.Watched{Service: runs("postgresql@15-main.service"), Cluster: "15/main", Port: 5432,
		Connections: 23, Most: 100, Deployments: []string{"shop"}}
	server.Drift = []string{"PostgreSQL 15/main still runs with the old max_connections: a restart is due"}
	drained := nginx.Out{Deployment: "shop", Host: "app2", Note: site.Note{Who: "anna@desk", Since: now.Add(-time.Hour)}}
	hosts := []run.Status{
		{Host: "app1", State: journal.Unchanged, Machine: "debian 12", CPUs: 8, Load: 7.25,
			Odoo: app(runs("odoo.service"), 7), Tunnels: []tunnel.Watched{{Service: runs("t"), Deployment: "shop", To: "db1",
				Finding: tunnel.Finding{Word: tunnel.OK}}}},
		{Host: "app2", State: journal.Unchanged, Machine: "debian 12", CPUs: 8, Odoo: app(runs("odoo.service"), -1),
			Pending: 2},
		{Host: "app3", State: journal.Unchanged, Machine: "debian 12", CPUs: 8, Load: -1, Odoo: app(ended("odoo.service",
			tasks.Restarts, 3*time.Second, "exit 1", "OSError: [Errno 98] Address already in use"), 0)},
		{Host: "db1", State: journal.Unchanged, Machine: "debian 12", CPUs: 2, PostgreSQL: []postgresql.Watched{server}},
		{Host: "web1", State: journal.Unchanged, Machine: "debian 12", CPUs: 2, Load: 0.5,
			Nginx: &nginx.Watched{Service: ended("nginx.service", tasks.Failed, 3*time.Minute, "exit 1", ""),
				Version: "1.22.1"},
			Expires: []run.Expiry{{Standing: certificate.Fresh, Left: 61 * 24 * time.Hour}}, Out: []nginx.Out{drained}},
		{Host: "web2", State: journal.Unreachable, Load: -1},
	}
	deployments := []run.Deployment{
		{Name: "shop", State: run.Partly, Hosts: []string{"app1"}, Down: []string{"Odoo on app3"}, Out: []nginx.Out{drained},
			Tunnels: hosts[0].Tunnels, From: []string{"app1"}},
		{Name: "wiki", State: run.Maintained, Hosts: []string{"app1"},
			Out: []nginx.Out{{Deployment: "wiki", Note: site.Note{Who: "ci@build", Run: "r1", Since: now.Add(-time.Hour)}}}},
		{Name: "old", State: run.Down, Down: []string{"nginx on web1"}},
		{Name: "far", State: run.NotKnown},
	}
	var out bytes.Buffer
	u := &ui{out: &out}
	u.showStatus(hosts, deployments, []*journal.Record{{ID: "20261130T160000-aaaa"}}, now)
	if got := out.String(); got != statusTable {
		t.Errorf("it shows\n%s\nwant\n%s", got, statusTable)
	}
}

const statusTable = "" +
	"HOST  STATE        LOAD       ODOO               POSTGRESQL           NGINX         CERT  PENDING\n" +
	"app1  up           7.25 of 8  14.0, 7 of 8 busy  -                    -             -     0\n" +
	"app2  drained      0.00 of 8  14.0, 8 workers    -                    -             -     2\n" +
	"app3  DOWN         -          restarting 3 s     -                    -             -     0\n" +
	"      E odoo.service: restarting since 2026-11-30 16:59 UTC, 3 s, exit 1, started again 12 times; " +
	"it said: OSError: [Errno 98] Address already in use\n" +
	"db1   up           0.00 of 2  -                  15 :5432, 23 of 100  -             -     0\n" +
	"      ! PostgreSQL 15/main still runs with the old max_connections: a restart is due\n" +
	"web1  DOWN         0.50 of 2  -                  -                    failed 3 min  61 d  0\n" +
	"      E nginx.service: failed since 2026-11-30 16:57 UTC, 3 min, exit 1\n" +
	"web2  unreachable  -          -                  -                    -             -     -\n" +
	"\n" +
	"DEPLOYMENT  STATE        ODOO  TUNNELS\n" +
	"shop        partly       app1  app1 to db1 up\n" +
	"            ! app2 of shop gets no requests, since 2026-11-30 16:00 UTC, by anna@desk: odooctl " +
	"undrain sends it requests again\n" +
	"            E Odoo on app3 does not run\n" +
	"wiki        MAINTENANCE  app1  -\n" +
	"            ! wiki shows its maintenance page, since 2026-11-30 16:00 UTC, by ci@build, for run r1: " +
	"if that has ended, odooctl resume r1 or the next apply removes it\n" +
	"old         DOWN         -     -\n" +
	"            E nginx on web1 does not run\n" +
	"far         unknown      -     -\n" +
	"\n" +
	"run 20261130T160000-aaaa has not done all that it should: odooctl resume 20261130T160000-aaaa\n" +
	"6 hosts: 2 up, 1 drained, 2 down, 1 unreachable; 2 changes pending\n"

// TestStatusEnd: a service that is down is exit 2, whatever became of other hosts.
func TestStatusEnd(t *testing.T) {
	other := errors.New("the journal cannot be read")
	for _, c := range []struct {
		down      int
		err, want error
	}{
		{0, nil, nil},
		{0, codeError(exitUnreachable), codeError(exitUnreachable)},
		{1, nil, codeError(exitFailed)},
		{1, codeError(exitUnreachable), codeError(exitFailed)},
		{1, codeError(exitInterrupted), codeError(exitInterrupted)},
		{1, other, other},
	} {
		if got := statusEnd(c.down, c.err); got != c.want {
			t.Errorf("%d down, %#v: %#v, want %#v", c.down, c.err, got, c.want)
		}
	}
}
