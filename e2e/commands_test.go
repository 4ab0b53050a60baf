//go:build lab

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCommandsOnHosts runs commands as other users, with a secret as input, and undoes
// them when a later one fails.
func TestCommandsOnHosts(t *testing.T) {
	defer func() { on(t, "db1", "rm -rf /srv/trial; rm -f /var/lib/postgresql/trial-*") }()
	for name, text := range map[string]string{
		"seed.py": "#!/usr/bin/env python3\nimport getpass, sys\nopen('/var/lib/postgresql/trial-seeded', " +
			"'w').write(getpass.getuser() + ' ' + ' '.join(sys.argv[1:]) + ' ' + sys.stdin.read())\n",
		"passphrase": "correct-horse\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const runs = `
- name: trial
  hosts: db1
  tasks:
    - directory: {path: /srv/trial, owner: postgres, group: postgres}
    - command: {run: 'id -un >who; pwd >>who; echo $HOME $GREETING >>who', user: postgres, cwd: /srv/trial, environment: {GREETING: "it's me"}, creates: /srv/trial/who, undo: rm -f who}
    - command: {run: [psql, -Xc, "create role trial"], user: postgres, unless: psql -XAtc "select 1 from pg_roles where rolname = 'trial'" | grep -q 1, undo: psql -Xc 'drop role if exists trial'}
    - script: {source: seed.py, args: [--all, "it's"], user: postgres, input: {file: passphrase}, creates: /var/lib/postgresql/trial-seeded, undo: rm -f /var/lib/postgresql/trial-seeded}
    - wait_for: {unit: postgresql@15-main.service, line: "PostgreSQL Cluster"}
    - wait_for: {port: 5432}
`
	odooctl(t, "apply", "--playbook",
		playbook(t, runs+"    - command: {title: the last, run: 'echo no luck; exit 4', always: true}\n"), inventory()).
		want(t, 5).has(t, "failed: the last: exit 4", "no luck", "put back")
	if got := on(t, "db1", "ls /srv /var/lib/postgresql; cd / && setpriv --reuid=postgres --regid=postgres "+
		"--init-groups psql -XAtc \"select count(*) from pg_roles where rolname = 'trial'\""); strings.Contains(got,
		"trial") || !strings.HasSuffix(got, "\n0\n") {
		t.Errorf("not undone: %s", got)
	}
	book := playbook(t, runs)
	odooctl(t, "apply", "--playbook", book, inventory()).want(t, 0)
	if got, want := on(t, "db1", "cat /srv/trial/who /var/lib/postgresql/trial-seeded"),
		"postgres\n/srv/trial\n/var/lib/postgresql it's me\npostgres --all it's correct-horse\n"; got != want {
		t.Errorf("the commands wrote\n%s\nwant\n%s", got, want)
	}
	odooctl(t, "plan", "--detailed-exitcode", "--playbook", book, inventory()).want(t, 0)
	on(t, "db1", "cd / && setpriv --reuid=postgres --regid=postgres --init-groups psql -Xc 'drop role trial'")
}

// TestBakeOnHosts: if nginx answers 5xx after a batch, the batch is put back, and the
// hooks and the timeline report it.
func TestBakeOnHosts(t *testing.T) {
	const log = "/var/log/nginx/mycompany.access.log"
	on(t, "web1", "mkdir -p /var/log/nginx && touch "+log+" && cp -a "+log+" "+log+".trial")
	defer func() { on(t, "web1", "rm -f /etc/trial; cat "+log+".trial >"+log+"; rm "+log+".trial") }()
	heard := filepath.Join(folder, "heard")
	os.Remove(heard)
	hook := filepath.Join(folder, "hear.sh")
	if err := os.WriteFile(hook, []byte("#!/bin/sh\necho \"$ODOOCTL_HOOK $ODOOCTL_HOSTS $ODOOCTL_STATUS $ODOOCTL_FAILED "+
		"$ODOOCTL_EXIT\" >>'"+heard+"'\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	file := edited(t, "\nhosts:",
		"\nhooks: {before_batch: [./hear.sh], after_host: [./hear.sh], after_run: [./hear.sh]}\nhosts:")
	// Requests arrive while odooctl watches: lines as nginx writes them.
	book := func(status string) string {
		return playbook(t, `
- name: trial
  hosts: web1
  rolling: {batches: 1, bake: 4s, max_5xx: 5%, on_failure: rollback}
  tasks:
    - file: {path: /etc/trial, content: `+status+`}
    - command:
        run: |
          (n=60; while [ $n -gt 0 ] && grep -q `+status+` /etc/trial; do
            for i in 1 2 3 4 5 6 7 8 9 10; do
              echo "10.0.0.9 - - [$(date '+%d/%b/%Y:%H:%M:%S %z')] \"GET /web HTTP/1.1\" `+status+` 5 \"-\" \"-\""
            done >>`+log+`
            n=$((n - 1)); sleep 0.2
          done) >/dev/null 2>&1 &
        title: requests
        unless: grep -q `+status+` /etc/trial
        undo: "true"
`)
	}
	run := odooctl(t, "apply", "--timings", "--playbook", book("502"), file)
	run.want(t, 5).has(t, "trial, batch 1 of 1: watching its requests for 4s",
		"trial stopped in batch 1 of 1: nginx of mycompany answered 5xx to", "and max_5xx is 5%", "1 put back: web1",
		"timeline:", "web1  trial: changed in")
	t.Logf("what it said:\n%s%s", run.err, run.out)
	if got := on(t, "web1", "ls /etc/trial 2>/dev/null || echo none"); got != "none\n" {
		t.Errorf("web1 still has %s", got)
	}
	odooctl(t, "history", "last").want(t, 0).has(t, "timeline:", "back to before")
	odooctl(t, "apply", "--playbook", book("200"), file).want(t, 0).has(t, "5xx to ")
	text, err := os.ReadFile(heard)
	if want := "before_batch web1   \nafter_host web1 changed  0\nafter_run web1 failed web1 5\nbefore_batch web1   \n" +
		"after_host web1 changed  0\nafter_run web1 ok  0\n"; err != nil || string(text) != want {
		t.Errorf("the hooks heard %q, want %q (%v)", text, want, err)
	}
}
