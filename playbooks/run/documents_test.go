package run

import (
	"context"
	"net/http"
	"testing"

	"odooctl/inventory"
	"odooctl/playbooks/planfile"
)

// Package report imports this one. What its tests need of runs, and what the tests here
// need of it, goes by way of report_test.go, which is outside both.

// Documents are what package report makes of a run and of its end.
var Documents func(*Run, *Report) []any

// Tell is what package report tells when a run has ended; client nil: its own.
var Tell func(inv *inventory.Inventory, client *http.Client, event func(Event)) func(context.Context, *Report)

// ReadWithFailures reads four hosts, of which db1 and app1 are to be changed, db2 cannot
// be planned and app2 cannot be reached.
func ReadWithFailures(t *testing.T) (*Run, *planfile.File) {
	f := newFolders(t, "db1", "app1", "db2", "app2")
	f.away["app2"] = true
	f.write("db1", "/etc/db.conf", "port = 1\npassword = old-password\n")
	r := f.read(parsed(t, twoDeployments), played(t, dbThenApp+`
- {name: fails, hosts: db2, tasks: [test.file: {path: /etc/x, text: fail}]}
`))
	file, err := r.PlanFile("1.0", "me@here")
	if err != nil {
		t.Fatal(err)
	}
	return r, file
}

// ReadApplied reads four hosts that are as the playbook wants them.
func ReadApplied(t *testing.T) *Run {
	f := newFolders(t, "db1", "app1", "db2", "app2")
	p, _ := f.plan(dbThenApp)
	f.apply(p, dbThenApp)
	return f.read(parsed(t, twoDeployments), played(t, dbThenApp))
}
