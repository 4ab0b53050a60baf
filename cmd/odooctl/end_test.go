package main

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"odooctl/inventory"
	"odooctl/playbooks/journal"
	"odooctl/playbooks/run"
	"odooctl/tasks"
)

// reportOf is the report of a run over hosts of one inventory.
func reportOf(t *testing.T, text string, outcomes ...run.Outcome) *run.Report {
	t.Helper()
	inv, err := inventory.Parse("shop.yaml", []byte(text), inventory.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &run.Report{Run: "r", Of: inv, Took: 25 * time.Second, Outcomes: outcomes,
		Begun: journal.Entry{Run: "r", Verb: journal.VerbApply, Inventory: "/srv/shop.yaml", Playbook: "site"}}
}

const shop = `
hosts: {"app[1:3]": {}, web1: {}}
deployments:
  shop:
    odoo: {hosts: ["app[1:2]"], databases: [shop], admin_login: {name: anna, password: {env: P}}}
    nginx: {hosts: [web1], server_name: shop.example.com, tls: {self_signed: true}}
  old:
    odoo: {hosts: [app3], databases: [old]}
    nginx: {hosts: [web1], server_name: old.example.com}
`

// TestEnd: what a run says when it has ended counts what it did to services, and names what is new.
func TestEnd(t *testing.T) {
	restart := tasks.Action{Unit: "odoo.service", Verb: "restart"}
	changed := run.Outcome{Host: "app1", State: journal.Changed, Changes: 2, Acted: []tasks.Action{restart}}
	first := changed
	first.Host, first.Made = "app2", []string{"shop"}
	for _, c := range []struct {
		name     string
		outcomes []run.Outcome
		want     string
	}{
		{"nothing", []run.Outcome{{Host: "app1", State: journal.Unchanged}}, ""},
		{"restarts", []run.Outcome{changed, changed, {Host: "web1", State: journal.Changed, Changes: 1,
			Acted: []tasks.Action{{Unit: "nginx.service", Verb: "reload"}}}},
			"3 hosts changed, 2 restarts of odoo.service, 1 reload of nginx.service, 25 s"},
		{"a new site", []run.Outcome{changed, first},
			"2 hosts changed, 2 restarts of odoo.service, 25 s\nhttps://shop.example.com   login: anna"},
	} {
		if got := strings.Join(endOf(reportOf(t, shop, c.outcomes...)), "\n"); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

// TestNext: what goes on after failures is said once for all hosts for which it is the same, and
// not where an error says it, or a host only waited for another.
func TestNext(t *testing.T) {
	bad := func(host string, s journal.State, text string) run.Outcome {
		return run.Outcome{Host: host, State: s, Err: errors.New(host + ": " + text)}
	}
	r := reportOf(t, shop,
		bad("app1", journal.PutBack, "failed: odoo.service"), bad("app2", journal.PutBack, "failed: odoo.service"),
		bad("app3", journal.Unreachable, "refused"), bad("web1", journal.Skipped, "left out: it needs app1, which failed"))
	next := func() string { return strings.Join(nextOf(r), "\n") }
	if got, want := next(), "odooctl apply -l app1,app2 /srv/shop.yaml\nodooctl resume r"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	r.Begun.Playbook = "/srv/update.yaml"
	want := "odooctl apply -l app1,app2 --playbook /srv/update.yaml /srv/shop.yaml\nodooctl resume r"
	if got := next(); got != want {
		t.Errorf("of a playbook:\n%s\nwant\n%s", got, want)
	}
	r.Begun.Playbook = "drain"
	if got := next(); got != "" {
		t.Errorf("of a verb such as drain:\n%s", got)
	}
	r.Begun.Verb, r.Begun.Of = journal.VerbRollback, "before"
	if got := next(); got != "odooctl rollback before" {
		t.Errorf("of a rollback:\n%s", got)
	}
	r.Outcomes = []run.Outcome{bad("app1", journal.Unknown, "lost: odooctl resume looks first")}
	if got := next(); got != "" {
		t.Errorf("where the error says it:\n%s", got)
	}
}

// TestFailures: of many hosts that failed or were skipped, each text is said once.
func TestFailures(t *testing.T) {
	r := reportOf(t, shop, run.Outcome{Host: "web1", State: journal.Changed, Changes: 1, Took: 4600 * time.Millisecond})
	fail := func(host string, s journal.State, text string) {
		r.Outcomes = append(r.Outcomes, run.Outcome{Host: host, State: s, Err: errors.New(host + ": " + text)})
	}
	fail("db1", journal.PutBack, "postgresql@15-main.service did not come up\nit said: no space left")
	fail("db3", journal.Unreachable, "connect to 10.0.0.3:22: refused")
	for i := range 300 {
		fail(fmt.Sprintf("app%d", i+1), journal.Skipped, "left out: it needs db1, which failed")
	}
	for i := range 11 {
		fail(fmt.Sprintf("x%d", 2*i), journal.Failed, "no more memory")
	}
	var out, said strings.Builder
	u := &ui{out: &out, err: &said}
	u.showFailures(r)
	u.showHosts(r)
	u.showGroups(r)
	if want := `odooctl: put back: db1: postgresql@15-main.service did not come up
it said: no space left
odooctl: unreachable: db3: connect to 10.0.0.3:22: refused
odooctl: skipped: app[1:300]: left out: it needs db1, which failed
odooctl: failed: x0, x2, x4, x6, x8, x10, x12, x14, x16, x18, ... (11 hosts): no more memory
`; said.String() != want {
		t.Errorf("it says\n%s\nwant\n%s", said.String(), want)
	}
	want := "web1  changed      1 change   4.6 s\ndb1   put back     0 changes  0.0 s\n" +
		"db3   unreachable  0 changes  0.0 s\n"
	for i := range 11 {
		want += fmt.Sprintf("%-6sfailed       0 changes  0.0 s\n", fmt.Sprintf("x%d", 2*i))
	}
	want += "skipped: app[1:300]\n"
	if got := out.String(); !strings.HasPrefix(got, want) || !strings.Contains(got, ": app[1:300]\n") {
		t.Errorf("it shows\n%s\nwant\n%s", got, want)
	}
}
