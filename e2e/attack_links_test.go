//go:build lab

package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

const pgMain = "/etc/postgresql/15/main"

// lure is a link that the attacker has prepared for root in a folder of theirs.
type lure struct {
	name, host  string
	plant, back string // by the attacker; in the folder
	refused     string // path in the expected error, with its owner; "" if PostgreSQL refuses it
	runs        func(t *testing.T) [][]string
}

func lures() []lure {
	settings := func(t *testing.T) [][]string {
		file := edited(t, "max_connections: 200", "max_connections: 200\n        work_mem: 5MB",
			"allow: ["+subnet+"0/24]", "allow: ["+subnet+"0/24, 203.0.113.7/32]")
		return [][]string{{"plan", "-l", "db1", "-o", "json", file}, {"apply", "-l", "db1", file}}
	}
	book := func(task string) func(t *testing.T) [][]string {
		return func(t *testing.T) [][]string {
			file := playbook(t, "- hosts: app1\n  tasks:\n    - "+task+"\n")
			return [][]string{{"plan", "-l", "app1", "--playbook", file, inventory()},
				{"apply", "-l", "app1", "--playbook", file, inventory()}}
		}
	}
	return []lure{
		{"a file of ours", "db1",
			"mv conf.d/50-odooctl.conf kept && ln -s /etc/tmpfiles.d/attacked.conf conf.d/50-odooctl.conf",
			"mv kept conf.d/50-odooctl.conf", pgMain + "/conf.d/50-odooctl.conf", settings},
		{"a file that only root reads", "db1", "mv pg_hba.conf kept && ln -s /root/attacked pg_hba.conf",
			"mv kept pg_hba.conf", pgMain + "/pg_hba.conf", settings},
		{"another file to read", "db1", "ln -s /root/attacked conf.d/40-mine.conf", "rm conf.d/40-mine.conf",
			"", settings},
		{"a folder", "db1", "mv conf.d kept && ln -s /etc/tmpfiles.d conf.d", "rm conf.d && mv kept conf.d",
			pgMain + "/conf.d", settings},
		{"a playbook's file", "app1", "ln -s /etc/cron.d/attacked.conf conf", "rm conf", "/srv/rep/conf",
			book("file: {path: /srv/rep/conf, content: mine, owner: odoo}")},
		{"a playbook's file below", "app1", "ln -s /etc/cron.d sub", "rm sub", "/srv/rep/sub",
			book("file: {path: /srv/rep/sub/mine, content: mine, owner: odoo}")},
		{"a playbook's directory", "app1", "ln -s /root dir", "rm dir", "/srv/rep/dir",
			book(`directory: {path: /srv/rep/dir, owner: odoo, mode: "0777"}`)},
		{"a playbook's directory below", "app1", "ln -s /etc/sudoers.d dir", "rm dir", "/srv/rep/dir",
			book(`directory: {path: /srv/rep/dir/mine, owner: odoo, mode: "0777"}`)},
		{"a playbook's link below", "app1", "ln -s /etc/cron.d sub", "rm sub", "/srv/rep/sub",
			book("link: {path: /srv/rep/sub/mine, target: /tmp/mine}")},
		{"a line of a file", "app1", "ln -s /etc/cron.d/attacked.conf conf", "rm conf", "/srv/rep/conf",
			book(`line: {path: /srv/rep/conf, line: "* * * * * root true"}`)},
		{"a checkout", "app1", "ln -s /etc/cron.d sub", "rm sub", "/srv/rep/sub",
			book("git: {repository: /srv/e2e-git, dest: /srv/rep/sub/co, revision: v1}")},
	}
}

// TestAttackLinks: a link in somebody else's folder leads root to nothing outside of
// it. The plan names the link and its owner.
func TestAttackLinks(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	on(t, "app1", `rm -rf /srv/e2e-git && git init -q /srv/e2e-git && cd /srv/e2e-git && echo one >file && git add file && git -c user.name=e2e -c user.email=e2e@example.com commit -q -m one && git tag v1`)
	defer on(t, "app1", "rm -rf /srv/e2e-git")
	owned := map[string][2]string{"db1": {"postgres", pgMain}, "app1": {"odoo", "/srv/rep"}}
	for i, l := range lures() {
		if !each(3, i) {
			continue
		}
		t.Run(l.name, func(t *testing.T) {
			o := owned[l.host]
			s := besiege(t, l.host, o[0], o[1])
			defer s.lift(t)
			on(t, l.host, s.as("cd "+o[1]+" && "+l.plant))
			defer on(t, l.host, "cd "+o[1]+" && "+l.back)
			var r result
			for _, args := range l.runs(t) {
				r = s.odooctl(t, args...)
			}
			s.holds(t)
			if r.code == 0 {
				t.Errorf("it goes through a link of %s's:\n%s%s", s.user, r.out, r.err)
			}
			if l.refused != "" {
				r.has(t, l.refused, s.user)
			}
		})
	}
	t.Run("the end of a grant", func(t *testing.T) {
		s := besiege(t, "db1", "postgres", pgMain)
		defer s.lift(t)
		links := "cd " + pgMain +
			"; for f in pg_hba.conf odooctl_hba.conf postgresql.conf; do ln -s /etc/tmpfiles.d/attacked.conf $f.odooctl; done"
		s.odooctl(t, "pg", "allow", "-y", "--from", "203.0.113.0/24", "--for", "12s", inventory(),
			"mycompany").want(t, 0)
		on(t, "db1", s.as(links))
		defer on(t, "db1", "rm -f "+pgMain+"/*.odooctl")
		eventually(t, 40*time.Second, func() error {
			if left := on(t, "db1", "ls /etc/odooctl-grant-* /var/lib/odooctl/holder 2>/dev/null || :"); left != "" {
				return fmt.Errorf("the grant has not ended: %s", left)
			}
			return nil
		})
		s.holds(t)
		if row := on(t, "db1", "grep 203.0.113.0/24 "+pgMain+"/pg_hba.conf || :"); row != "" {
			t.Errorf("the grant has ended, and pg_hba.conf lets in: %s", row)
		}
	})
	t.Run("a program of a checkout's owner", func(t *testing.T) {
		s := besiege(t, "app1", "odoo", "/srv/rep")
		defer s.lift(t)
		on(t, "app1", s.as(`cd /srv/rep && git clone -q /srv/e2e-git co 2>/dev/null || { git init -q co && cd co && echo one >file && git add file && git -c user.name=x -c user.email=x@example.com commit -q -m one && cd ..; }
printf "#!/bin/sh\nid -u >>/srv/rep/ran\n" >run && chmod 755 run && touch ran && chmod 666 ran && cd co
for k in core.fsmonitor core.sshCommand core.pager filter.x.clean filter.x.smudge diff.external uploadpack.packObjectsHook; do git config $k /srv/rep/run; done
echo "* filter=x" >.gitattributes; for h in post-checkout reference-transaction post-index-change; do cp ../run .git/hooks/$h; done`))
		file := playbook(t,
			"- hosts: app1\n  tasks:\n    - git: {repository: /srv/e2e-git, dest: /srv/rep/co, revision: v1}\n")
		for _, verb := range []string{"plan", "apply"} {
			s.odooctl(t, verb, "-l", "app1", "--playbook", file, inventory())
		}
		if ran := on(t, "app1", "cat /srv/rep/ran"); strings.Contains("\n"+ran, "\n0\n") {
			t.Errorf("root ran a program of odoo's: %q", ran)
		}
		s.holds(t)
	})
	settles(t)
}

// TestAttackRace: links are planted at every name that can be seen or guessed while
// root works. Runs may be refused or put back; in the end everything is as it should
// be.
func TestAttackRace(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	db := besiege(t, "db1", "postgres", pgMain+" "+pgMain+"/conf.d")
	defer db.lift(t)
	app := besiege(t, "app1", "odoo", "/srv/rep /srv/rep/sub")
	defer app.lift(t)
	on(t, "app1", app.as("mkdir -p /srv/rep/sub && touch /srv/rep/conf /srv/rep/sub/conf"))
	of := map[*siege]func(int) [][]string{
		db: func(round int) [][]string {
			file := edited(t, "max_connections: 200",
				fmt.Sprintf("max_connections: 200\n        work_mem: %dMB",
					5+round%9), "allow: ["+subnet+"0/24]", fmt.Sprintf("allow: [%s0/24, 203.0.113.%d/32]",
					subnet, round%200))
			return [][]string{
				{"plan", "-l", "db1", file},
				{"apply", "-l", "db1", "--no-diff", "--lock-timeout", "20s", file},
				{"pg", "allow", "-y", "--from", "203.0.113.0/24", "--for", "2s", inventory(), "mycompany"},
				{"rollback", "last"},
			}
		},
		app: func(round int) [][]string {
			file := playbook(t, fmt.Sprintf(`
- hosts: app1
  tasks:
    - file: {path: /srv/rep/conf, content: "%d", owner: odoo, group: odoo}
    - file: {path: /srv/rep/sub/conf, content: "%[1]d", mode: "0640"}
    - file: {path: /srv/rep/sub/new%[1]d, content: "%[1]d"}
    - directory: {path: /srv/rep/dir%[1]d, owner: odoo, mode: "0750"}
    - link: {path: /srv/rep/sub/link, target: /etc/hostname%[1]d}
`, round))
			return [][]string{{"apply", "-l", "app1", "--no-diff", "--lock-timeout", "20s", "--playbook", file,
				inventory()}, {"rollback", "last"}}
		},
	}
	for _, s := range []*siege{db, app} {
		for i, mode := range []string{"names", "swaps"} {
			if !each(2, i) {
				continue
			}
			t.Run(s.user+" "+mode, func(t *testing.T) {
				s.race(t, mode, 6*time.Second, of[s])
				// Root's rooms that the attacker had moved when root removed them.
				t.Logf("moved: %s",
					on(t, s.host,
						"find "+s.folders+" \\( -name '*.taken' -o -name '.odooctl-*' \\) -prune -print -exec rm -rf {} +"))
				eventually(t, 60*time.Second, func() error {
					if left := on(t, "db1", "ls /etc/odooctl-grant-* 2>/dev/null || :"); left != "" {
						return fmt.Errorf("a grant has not ended: %s", left)
					}
					return nil
				})
			})
		}
	}
	if *thorough {
		t.Run("update", func(t *testing.T) {
			addons := t.TempDir()
			version(t, addons, 1, "")
			file := edited(t, "      options:\n        limit_time_real: 1200",
				"      options:\n        limit_time_real: 1200\n      addons: [{name: e2e, path: "+addons+"}]\n"+
					"      modules: {update: [base]}")
			s := besiege(t, "app1", "odoo", "/var/lib/odoo /var/lib/odoo/filestore")
			defer s.lift(t)
			s.race(t, "names", 4*time.Second, func(int) [][]string {
				return [][]string{{"apply", "-l", "mycompany", "--no-diff", "--playbook", "module-update", file}}
			})
			on(t, "app1", "rm -rf /opt/odoo/addons /var/backups/odooctl")
			on(t, "app2", "rm -rf /opt/odoo/addons /var/backups/odooctl")
			on(t, "db1", "rm -rf /var/backups/odooctl")
		})
	}
	settles(t)
}

// TestLinksOfRoots: root's link in root's folder is followed, in the plan, the
// rehearsal, the apply and the rollback.
func TestLinksOfRoots(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	for _, c := range []struct{ name, host, before, after, look string }{
		{"nginx", "web1", "mv /etc/nginx/conf.d /srv/nginx-conf.d && ln -s /srv/nginx-conf.d /etc/nginx/conf.d",
			"rm /etc/nginx/conf.d && mv /srv/nginx-conf.d /etc/nginx/conf.d",
			"ls -lAn --time-style=+ /srv/nginx-conf.d"},
		{"PostgreSQL", "db1",
			"cd /etc/postgresql && chown root:root . 15 15/main && mv 15/main/conf.d /srv/pg-conf.d && chown root:root " +
				"/srv/pg-conf.d && ln -s /srv/pg-conf.d 15/main/conf.d",
			"cd /etc/postgresql && rm 15/main/conf.d && mv /srv/pg-conf.d 15/main/conf.d && chown postgres:postgres . 15 " +
				"15/main 15/main/conf.d", "cd /srv/pg-conf.d && sha256sum * && stat -c '%n %a %U' *"},
	} {
		t.Run(c.name, func(t *testing.T) {
			on(t, c.host, c.before)
			defer on(t, c.host, c.after)
			file, more := inventory(), []string{"--playbook", playbook(t, `
- hosts: web1
  tasks:
    - file: {path: /etc/nginx/attacked, content: "# by odooctl"}
    - file: {path: /etc/nginx/conf.d/attacked.conf, content: "# by odooctl", check: nginx -t, reload: nginx.service}
`)}
			if c.host == "db1" {
				file, more = edited(t, "max_connections: 200", "max_connections: 200\n        work_mem: 5MB",
					"allow: ["+subnet+"0/24]", "allow: ["+subnet+"0/24, 203.0.113.7/32]"), nil
			}
			run := func(args ...string) result {
				return odooctl(t, append(append(args, "-l", c.host), append(more, file)...)...)
			}
			was := on(t, c.host, c.look)
			run("plan", "--detailed-exitcode").want(t, 2)
			run("apply", "--timings").want(t, 0).has(t, "checked before the swap")
			if now := on(t, c.host, c.look); now == was {
				t.Errorf("nothing came where the link leads:\n%s", now)
			}
			run("plan", "--detailed-exitcode").want(t, 0)
			odooctl(t, "rollback", "last").want(t, 0)
			untouched(t, c.host, was, c.look)
		})
	}
	settles(t)
}
