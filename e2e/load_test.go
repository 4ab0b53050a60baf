//go:build lab

package e2e

import (
	"context"
	"strings"
	"testing"
	"time"

	"odooctl/bench/load"
)

// atShop is the deployment of two Odoo hosts, and next the one on one host.
func atShop(t *testing.T) load.Site {
	return load.Site{
		Name: shop, Address: fleet.Host("web1").Address().String(),
		Login: "admin", Password: secretOf(t, "admin"), Mark: t.Name(),
	}
}

func atNext(t *testing.T) load.Site {
	site := atShop(t)
	site.Name, site.Address = other, fleet.Host("next1").Address().String()
	return site
}

// users are at work until they are asked what they noticed.
type users struct {
	stop  func()
	ended chan struct{}
	said  load.Report
	err   error
}

// watching begins the load. Pages of Odoo take its hosts' time from what is tested, so it
// is a small one.
func watching(t *testing.T, site load.Site) *users {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	u := &users{stop: cancel, ended: make(chan struct{})}
	mix := load.Mix{Pages: 1, Fresh: 1, Statics: 1, Users: 2, Pace: 500 * time.Millisecond, Now: time.Now}
	if *thorough {
		mix = load.Mix{Pages: 2, Fresh: 2, Statics: 4, Users: 4, Pace: 250 * time.Millisecond, Now: time.Now}
	}
	go func() {
		defer close(u.ended)
		u.said, u.err = load.Run(ctx, site, mix)
	}()
	t.Cleanup(func() { cancel(); <-u.ended })
	time.Sleep(2 * time.Second) // they have logged in
	return u
}

// noticed ends the load, and fails the test if a request or a record was lost, or a session
// ended. It returns what was noticed.
func (u *users) noticed(t *testing.T) load.Report {
	t.Helper()
	u.stop()
	<-u.ended
	t.Logf("what users noticed:\n%s", u.said)
	if u.err != nil || u.said.Lost()+u.said.Missing+u.said.SessionsEnded > 0 || u.said.Sent() < 20 {
		t.Errorf("users noticed something: %v", u.err)
	}
	return u.said
}

// pages is how many requests met the maintenance page.
func pages(r load.Report) (n int) {
	for _, c := range r.Kinds {
		n += c.Page
	}
	return n
}

// TestPostgreSQLRestarts: users see the page while PostgreSQL restarts for a setting, lose
// nothing, and are logged in afterwards.
func TestPostgreSQLRestarts(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	defer odooctl(t, "apply", "--at-once", inventory())
	file := edited(t, "max_connections: 200", "max_connections: 210")
	users := watching(t, atShop(t))
	run := odooctl(t, "apply", "--no-diff", file)
	if pages(users.noticed(t)) == 0 {
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
	first, second := watching(t, atShop(t)), watching(t, atNext(t))
	run := odooctl(t, "apply", "--no-diff", file)
	shopSaw, nextSaw := first.noticed(t), second.noticed(t)
	run.want(t, 0).has(t, "Odoo of mycompany, batch 1 of 2: app1", "app1: taken out of the nginx of mycompany",
		"Odoo of mycompany, batch 2 of 2: app2", "next1: next shows its maintenance page")
	t.Logf("what the run said:\n%s", odooctl(t, "history", "last").out)
	if n := pages(shopSaw); n > 0 {
		t.Errorf("%d requests met the page, though another host served", n)
	}
	if pages(nextSaw) == 0 {
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
