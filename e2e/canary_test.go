//go:build lab

package e2e

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// canaries are secrets of a run, with their names in messages.
type canaries map[string]string

// in returns which of them a text contains, in any form.
func (c canaries) in(text string) (found []string) {
	for kind, secret := range c {
		quoted, _ := json.Marshal(secret)
		for _, form := range []string{
			secret, strings.ReplaceAll(secret, "'", `'\''`),
			strings.ReplaceAll(secret, "'", "''"), strings.ReplaceAll(secret, "'", `\'`),
			url.QueryEscape(secret), string(quoted[1 : len(quoted)-1]),
			base64.StdEncoding.EncodeToString([]byte(secret))[:len(secret)],
		} {
			if strings.Contains(text, form) {
				found = append(found, kind)
				break
			}
		}
	}
	return found
}

// places are where a host may store something: files by name, and the logs. What a
// rollback needs is there on purpose.
const places = `
find /var/lib/odooctl /tmp /var/tmp /dev/shm /run/user /var/log /root -xdev -type f ! -path '/var/lib/odooctl/runs/*/old/*' ! -path '/var/log/journal/*' -size -9000k 2>/dev/null |
	while IFS= read -r f; do printf '\n@@ %s\n' "$f"; cat "$f" 2>/dev/null; done
printf '\n@@ %s\n' journal
journalctl --no-pager -o cat --since -15min 2>/dev/null || :`

// search searches hosts for them.
func (c canaries) search(t *testing.T, when string, hosts ...string) {
	t.Helper()
	for _, host := range hosts {
		text := on(t, host, places)
		for place := range strings.SplitSeq(text, "\n@@ ") {
			name, content, _ := strings.Cut(place, "\n")
			if found := c.in(content); found != nil {
				t.Errorf("%s, %s: %s has %s", when, host, name, found)
			}
		}
		t.Logf("%s, %s: looked at %d places, %d bytes", when, host, strings.Count(text, "\n@@ "), len(text))
	}
}

// watch reads the arguments and environments of all processes of hosts until it is
// stopped.
func (c canaries) watch(t *testing.T, hosts ...string) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for _, host := range hosts {
		wg.Go(func() {
			looks := 0
			for ; ctx.Err() == nil; looks++ {
				out, err := fleet.Host(host).Exec(ctx,
					`cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\0' '\n'; sleep 0.2`)
				if found := c.in(out); err == nil && found != nil {
					t.Errorf("%s: an argument or a variable of a process is %s", host, found)
				}
			}
			t.Logf("%s: looked %d times at its processes", host, looks)
		})
	}
	return func() { cancel(); wg.Wait() }
}

// here searches the program's output, and what it stores on this machine.
func (c canaries) here(t *testing.T, when string, r result) {
	t.Helper()
	said := map[string]string{"standard output": r.out, "standard error": r.err}
	for _, pattern := range []string{"state/odooctl/runs/*", "*.plan"} {
		names, _ := filepath.Glob(filepath.Join(folder, pattern))
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			said[name] = string(data)
		}
	}
	for place, text := range said {
		if found := c.in(text); found != nil {
			t.Errorf("%s: %s has %s:\n%s", when, place, found, text)
		}
	}
}

// TestCanariesOnHosts uses every kind of secret, lets a run work, fail and be killed,
// and searches for them in all outputs and files.
func TestCanariesOnHosts(t *testing.T) {
	c := canaries{}
	keep := func(kind string) string {
		c[kind] = fmt.Sprintf("%s/canary'%s", kind, password())
		name := filepath.Join(folder, "canary-"+kind)
		if err := os.WriteFile(name, []byte(c[kind]), 0o600); err != nil {
			t.Fatal(err)
		}
		return "{file: " + name + "}"
	}
	file := filepath.Join(folder, "canary.yaml")
	// The short form makes no database: Odoo takes a minute for that.
	database, login := "next", ".state/secrets/admin"
	if *thorough {
		database, login = "canary", "canary-login"
		keep("login")
	}
	write := func(options string) {
		t.Helper()
		text := strings.NewReplacer("198.18.2.", subnet, "DATABASE", database, "ROLE", "{file: canary-role}",
			"ADMIN", "{file: canary-admin}", "LOGIN", "{file: "+login+"}", "OPTIONS", options).Replace(canaryInventory)
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	keep("role")
	keep("admin")
	write("options: {smtp_password: " + keep("smtp") + "}\n      module_options: {aws_key: " + keep("aws") + "}")
	defer func() {
		odooctl(t, "apply", "-l", "next1", inventory()).want(t, 0) // the password of the lab's own inventory
		on(t, "next1", "cd / && setpriv --reuid=postgres --regid=postgres --init-groups dropdb --if-exists canary")
	}()

	stop := c.watch(t, "next1")
	defer stop()
	c.here(t, "plan", odooctl(t, "plan", "--out", filepath.Join(folder, "canary.plan"), file).want(t, 0))
	c.here(t, "apply", odooctl(t, "apply", file).want(t, 0))
	c.search(t, "after apply", "next1")
	// The name of a former option is no longer known.
	write("")
	r := odooctl(t, "plan", file).want(t, 0).has(t, "-aws_key = *** (")
	c.here(t, "plan without the options", r)
	c.here(t, "the same in JSON", odooctl(t, "plan", "-o", "json", file).want(t, 0))

	command := func(run string) string {
		return playbook(t,
			"- name: eats\n  hosts: next1\n  tasks:\n    - command: {title: eats, run: '"+run+"', always: true, "+
				"input: "+keep("input")+"}\n")
	}
	c.here(t, "a command that works", odooctl(t, "apply", "--playbook", command("cat"), file).want(t, 0))
	c.search(t, "after a command", "next1")
	const shows = "one=$(cat); echo \"$one\"; echo \"$one\" | base64; exit 3"
	c.here(t, "a command that fails",
		odooctl(t, "apply", "--playbook", command(shows), file).want(t, 5).has(t, "failed: eats: exit 3", "***"))
	c.here(t, "the same in JSON",
		odooctl(t, "apply", "-o", "json", "--playbook", command(shows), file).want(t, 5).has(t, "***"))
	c.search(t, "after a failure", "next1")

	f := begin(t, "applying 1 change", "apply", "--playbook",
		command("cat; echo $$ >/run/canary-eats; exec sleep 60"), file)
	defer on(t, "next1", "rm -f /run/canary-eats")
	waits(t, 20*time.Second, func() bool { return on(t, "next1", "ls /run/canary-eats 2>/dev/null || :") != "" })
	f.signal(t, syscall.SIGKILL)
	f.ends()
	// The host's own shell, which would have put back, is killed too, with its
	// children.
	on(t, "next1", "for p in /proc/[0-9]*; do [ \"$(readlink $p/fd/9)\" != /var/lib/odooctl/lock ] || kill -9 "+
		"${p#/proc/}; done; kill -9 $(cat /run/canary-eats) || :; sleep 0.5")
	c.here(t, "the next run", odooctl(t, "apply", "--playbook",
		playbook(t, "- {name: next, hosts: next1, tasks: [{command: {title: any, run: 'true', always: true}}]}\n"),
		file).want(t, 0))
	c.search(t, "after kill -9 and the next run", "next1")
}

// waits polls until a condition holds.
func waits(t *testing.T, within time.Duration, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(within); !holds(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within %s", within)
		}
	}
}

const canaryInventory = `
ssh: {user: deploy, identity_file: .state/id_ed25519, known_hosts: .state/known_hosts}
hosts:
  next1: {address: 198.18.2.20}
deployments:
  next:
    odoo:
      OPTIONS
      hosts: [next1]
      version: "19.0"
      users: 6
      databases: [DATABASE]
      dbfilter: ^DATABASE$
      list_db: false
      admin_passwd: ADMIN
      admin_login: {password: LOGIN}
    postgresql: {host: next1, role: {name: odoo, password: ROLE}, settings: {log_statement: all}}
    nginx: {hosts: [next1], server_name: next.mycompany.example, tls: {self_signed: true}}
`
