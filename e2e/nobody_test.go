//go:build lab

package e2e

import (
	"fmt"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"odooctl/bench/load"
)

// table has a line for each case and what users of a deployment noticed.
type table struct{ strings.Builder }

func (b *table) add(name string, p place, r load.Report) {
	if b.Len() == 0 {
		fmt.Fprintf(b, "%-52s %-9s %7s %5s %6s %8s %8s %9s %6s\n", "", "", "sent", "lost", "page", "gap", "creates",
			"sessions", "waits")
		fmt.Fprintf(b, "%-52s %-9s %7s %5s %6s %8s %8s %9s %6s\n", "", "", "", "", "", "", "missing", "ended", "broke")
	}
	fmt.Fprintf(b, "%-52s %-9s %7d %5d %6d %6.1f s %8d %9d %6d\n", name, p.name, r.Sent(), r.Lost(), r.Pages(),
		r.Gap().Seconds(), r.Missing, r.SessionsEnded, r.Breaks())
}

// TestNobodyNotices: what once lost requests loses none, on two hosts behind nginx and on one host with all.
func TestNobodyNotices(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	defer odooctl(t, "apply", "--at-once", inventory())
	var all table
	defer func() { t.Logf("what users noticed:\n%s", all.String()) }()
	both := []place{atShop, atNext}

	// row lets users of both work while something is done.
	row := func(name string, page bool, do func(t *testing.T)) {
		t.Run(name, func(t *testing.T) {
			work := map[string]users{}
			for _, p := range both {
				work[p.name] = many(t, p)
			}
			defer func() {
				for _, p := range both {
					r := work[p.name].noticed(t)
					all.add(name, p, r)
					if page && p.name == atNext.name && r.Pages() == 0 {
						t.Errorf("nobody met the page of %s", p.name)
					}
				}
				if out := outOfService(t); out != "" {
					t.Errorf("still out of service: %s", out)
				}
			}()
			do(t)
		})
	}
	apply := func(t *testing.T, more ...string) result {
		return odooctl(t, append([]string{"apply", "--no-diff", "--lock-timeout", "60s"}, more...)...)
	}

	row("plain apply of one option", true, func(t *testing.T) {
		apply(t, edited(t, append(atShop.option.to(1231), atNext.option.to(1231)...)...)).want(t, 0)
	})
	row("plain apply of a module with a syntax error", false, func(t *testing.T) {
		addons := t.TempDir()
		version(t, addons, 1, "    def broken(:\n")
		more := "\n      addons: [{name: e2e, path: " + addons + "}]"
		apply(t, edited(t, append(atShop.odoo.to(more), atNext.odoo.to(more)...)...)).want(t, 2).
			has(t, "SyntaxError: invalid syntax", "e2e_update/models.py", "next1: untouched")
	})
	row("PostgreSQL restarts for max_connections", true, func(t *testing.T) {
		apply(t, edited(t, append(atShop.setting.to(211), atNext.setting.to(211)...)...)).want(t, 0)
	})
	row("apply after a kill that left a host drained", true, func(t *testing.T) {
		f := begin(t, "app1: applying", "apply", "--lock-timeout", "60s",
			edited(t, append(atShop.option.to(1232), atNext.option.to(1232)...)...))
		f.says(t, "next1: applying")
		f.signal(t, syscall.SIGKILL)
		f.cmd.Wait()
		if out := outOfService(t); !strings.Contains(out, subnet+"11:") {
			t.Errorf("the run that was killed left this out of service: %q", out)
		}
		apply(t, inventory()).want(t, 0)
	})

	addons := t.TempDir()
	more := "\n      addons: [{name: e2e, path: " + addons + "}]\n" +
		"      modules: {install: [e2e_update], update: [e2e_update]}"
	file := edited(t, append(atShop.odoo.to(more), atNext.odoo.to(more)...)...)
	version(t, addons, 1, "")
	for _, p := range both {
		run := apply(t, "-l", p.name, "--playbook", "module-update", file).want(t, 0)
		defer func() { p.restore(t, run.out) }()
	}
	row("failed module-update, put back", true, func(t *testing.T) {
		version(t, addons, 2, "    raise Exception('of the test')\n")
		for _, p := range both {
			apply(t, "-l", p.name, "--playbook", "module-update", file).want(t, 5).
				has(t, "of the test", "put back: "+p.apps[0])
		}
	})
}

// restore brings back the database from the backup that a module-update has told of, and removes the modules.
func (p place) restore(t *testing.T, said string) {
	t.Helper()
	kept := regexp.MustCompile(p.db + ` keeps database of ` + p.name +
		` in (\S+\.dump) \(\d+ kB, checked\); back by: sh (\S+\.restore-dump)`).FindStringSubmatch(said)
	if kept == nil {
		t.Fatalf("no backup of %s in:\n%s", p.name, said)
	}
	for _, app := range p.apps {
		on(t, app, "systemctl stop odoo")
	}
	t.Log(on(t, p.db, "sh "+kept[2]+" 2>&1"))
	if got := p.columns(t); got != "" {
		t.Errorf("brought back, the database has %q", got)
	}
	on(t, p.db, "cd / && for d in $("+asPostgres+`psql -XAtq -d postgres -c "select datname from pg_database where datname like '`+
		p.name+`-before-%'"); do `+asPostgres+`dropdb "$d"; done; rm -r /var/backups/odooctl`)
	for _, app := range p.apps {
		on(t, app, "rm -rf /opt/odoo/addons /var/backups/odooctl")
	}
}

// columns are those of the test's module in the database.
func (p place) columns(t *testing.T) string {
	t.Helper()
	return on(t, p.db, "cd / && "+asPostgres+`psql -XAtq -d `+p.name+
		` -c "select column_name from information_schema.columns where table_name = 'res_partner' and column_name like 'e2e_field%' order by 1"`)
}
