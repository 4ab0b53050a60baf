//go:build lab

package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// place is a deployment of the lab that users work on.
type place struct {
	name   string   // of the deployment, and of its database
	server string   // its server name
	web    string   // the host of its nginx
	db     string   // the host of its PostgreSQL
	apps   []string // its Odoo hosts
	chat   string   // how its users wait for messages

	// What stands in the inventory, and what instead with an option of odoo.conf, a setting of PostgreSQL that takes
	// a restart, and more below odoo:.
	option, setting, odoo edit
}

// atShop is the deployment of two Odoo hosts, and atNext the one on one host.
var (
	atShop = place{name: "mycompany", server: shop, web: "web1", db: "db1", apps: []string{"app1", "app2"},
		chat:    polls,
		option:  edit{"limit_time_real: 1200", "limit_time_real: %v"},
		setting: edit{"max_connections: 200", "max_connections: %v"},
		odoo:    edit{"      databases: [mycompany]", "      databases: [mycompany]%v"}}
	atNext = place{name: "next", server: other, web: "next1", db: "next1", apps: []string{"next1"},
		chat:    websockets,
		option:  edit{"      databases: [next]", "      databases: [next]\n      options: {limit_time_real: %v}"},
		setting: edit{"      host: next1", "      host: next1\n      settings: {max_connections: %v}"},
		odoo:    edit{"      databases: [next]", "      databases: [next]%v"}}
)

// edit is a text of the inventory, and what is written instead, with a value.
type edit [2]string

// to is the edit for edited.
func (e edit) to(value any) []string { return []string{e[0], fmt.Sprintf(e[1], value)} }

// TestPostgreSQLRestarts: users see the page while PostgreSQL restarts for a setting, lose
// nothing, and are logged in afterwards.
func TestPostgreSQLRestarts(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	defer odooctl(t, "apply", "--at-once", inventory())
	file := edited(t, "max_connections: 200", "max_connections: 210")
	users := watching(t, atShop)
	run := odooctl(t, "apply", "--no-diff", file)
	if users.noticed(t).Pages() == 0 {
		t.Error("PostgreSQL was restarted, and nobody met the page")
	}
	run.want(t, 0).has(t, "users of mycompany see the maintenance page while db1 restarts",
		"db1: mycompany shows its maintenance page")
	odooctl(t, "plan", "--detailed-exitcode", file).want(t, 0)
}

// TestApplyRolls: a plain apply goes over hosts that serve one after the other, and nobody
// notices; where there is one host, users see the page while it restarts, and lose nothing.
func TestApplyRolls(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	defer func() { odooctl(t, "apply", "--at-once", inventory()).want(t, 0) }()
	file := edited(t, "limit_time_real: 1200", "limit_time_real: 1230",
		"      databases: [next]", "      databases: [next]\n      options: {limit_time_real: 1230}")
	odooctl(t, "plan", "--no-diff", file).want(t, 0).has(t, "users of mycompany notice nothing: app1, app2 in turn",
		"users of next see the maintenance page while next1 restarts")
	first, second := watching(t, atShop), watching(t, atNext)
	run := odooctl(t, "apply", "--no-diff", file)
	shopSaw, nextSaw := first.noticed(t), second.noticed(t)
	run.want(t, 0).has(t, "Odoo of mycompany, batch 1 of 2: app1", "app1: taken out of the nginx of mycompany",
		"Odoo of mycompany, batch 2 of 2: app2", "next1: next shows its maintenance page")
	t.Logf("what the run said:\n%s", odooctl(t, "history", "last").out)
	if n := shopSaw.Pages(); n > 0 {
		t.Errorf("%d requests met the page, though another host served", n)
	}
	if nextSaw.Pages() == 0 {
		t.Error("nobody met the page of a deployment on one host")
	}
	odooctl(t, "plan", "--detailed-exitcode", file).want(t, 0)

	t.Run("at once", func(t *testing.T) {
		back := odooctl(t, "plan", "--no-diff", inventory()).want(t, 0) // as long as it has just taken
		back.has(t, "users of next see the maintenance page while next1 restarts (", " s in run 20")
		r := odooctl(t, "apply", "--no-diff", "--at-once", inventory()).want(t, 0)
		if strings.Contains(r.err, "batch 1") || strings.Contains(r.err, "maintenance page") {
			t.Errorf("it rolled, though told not to:\n%s", r.err)
		}
	})
}
