package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"odooctl/inventory"
	"odooctl/playbooks/journal"
	"odooctl/playbooks/run"
	"odooctl/tasks"
)

// ended is the report of a run over hosts of one inventory.
func ended(t *testing.T, text string, outcomes ...run.Outcome) *run.Report {
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
		if got := strings.Join(endOf(ended(t, shop, c.outcomes...)), "\n"); got != c.want {
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
	r := ended(t, shop,
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
