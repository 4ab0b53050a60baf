//go:build lab

package e2e

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// The attacks are made by processes and roles of the hosts that are not root. Whatever
// odooctl does meanwhile, root's files stay as they are.

// prey is created on a host: files of root's, one of which is readable only by root.
const prey = `umask 022
for d in /etc /etc/cron.d /etc/tmpfiles.d /etc/sudoers.d; do echo '# root is led by nobody' >$d/attacked.conf; done
(umask 077 && echo '%s' >/root/attacked)
install -d -o %s -g %[2]s /srv/rep`

// roots lists what an attack could change: those files with their folders, group
// memberships, and what others can write where root's files are.
const roots = `find /root /etc/cron.d /etc/tmpfiles.d /etc/sudoers.d /etc/attacked.conf -maxdepth 1 -printf '%p %y %m %u %g %n %l\n' | sort
sha256sum /root/attacked /etc/attacked.conf /etc/*.d/attacked.conf
id postgres; id odoo 2>/dev/null || :
find /etc /root /opt /usr/local /var/spool /var/backups \( ! -user root -o -perm -o+w ! -type l \) ! -path '/etc/postgresql*' | sort
`

// victims are the targets of the links in the race.
const victims = "/root/attacked,/etc/attacked.conf,/etc/tmpfiles.d/attacked.conf,/etc/cron.d/attacked.conf"

// siege is an attack on a host by one of its users, who owns these folders.
type siege struct {
	host, user string
	folders    string
	secret     string // readable only by root
	was        string
}

func besiege(t *testing.T, host, user, folders string) *siege {
	t.Helper()
	s := &siege{host: host, user: user, folders: folders, secret: "only-root-reads-" + password()}
	s.was = on(t, host, fmt.Sprintf(prey, s.secret, user)+"\n"+roots)
	return s
}

// lift removes what was created.
func (s *siege) lift(t *testing.T) {
	on(t, s.host, "rm -rf /root/attacked /etc/attacked.conf /etc/*.d/attacked.conf /srv/rep "+
		"/var/lib/systemd/timers/stamp-odooctl-*")
}

// as is a script that runs with the attacker's rights.
func (s *siege) as(script string) string {
	return fmt.Sprintf("cd / && setpriv --reuid=%s --regid=%[1]s --init-groups -- sh -c '%s'",
		s.user, strings.ReplaceAll(script, "'", `'\''`))
}

// odooctl runs the program, whose output must not contain what only root may read.
func (s *siege) odooctl(t *testing.T, args ...string) result {
	t.Helper()
	r := odooctl(t, args...)
	if strings.Contains(r.out+r.err, s.secret) {
		t.Errorf("odooctl %s prints a file of root's:\n%s%s", strings.Join(args, " "), r.out, r.err)
	}
	return r
}

// holds fails the test if the attack had any effect.
func (s *siege) holds(t *testing.T) {
	t.Helper()
	const read = "what the attacker reads:\n"
	now := on(t, s.host,
		roots+"printf '"+read+"'; "+s.as("grep -RlsFD skip "+s.secret+" "+s.folders+" /tmp /dev/shm")+" || :")
	if want := s.was + read; now != want {
		t.Errorf("%s is not as it was:\n%s", s.host, firstDifference(want, now))
	}
}

// race makes the attacker plant links for the given time, and runs the program
// meanwhile, one call after the other.
func (s *siege) race(t *testing.T, mode string, within time.Duration, calls func(round int) [][]string) {
	t.Helper()
	copyTo(t, s.host, "testdata/attack/links.pl", "/usr/local/bin/links.pl")
	defer on(t, s.host, "rm /usr/local/bin/links.pl")
	if *thorough {
		within *= 10
	}
	ctx, cancel := context.WithTimeout(t.Context(), within+2*time.Minute)
	defer cancel()
	cmd, err := fleet.Host(s.host).Command(ctx, append([]string{"setpriv", "--reuid=" + s.user, "--regid=" + s.user,
		"--init-groups", "--",
		"perl", "/usr/local/bin/links.pl", fmt.Sprint(int(within.Seconds())), mode, victims},
		strings.Fields(s.folders)...)...)
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	codes, rounds := map[int]int{}, 0
	for ; len(ended) == 0; rounds++ {
		for _, args := range calls(rounds) {
			r := s.odooctl(t, args...)
			codes[r.code]++
			if r.code < 0 || r.code == 1 || r.took > time.Minute || strings.Contains(r.err, "panic") {
				t.Errorf("under attack, odooctl %s: exit %d after %v\n%s%s",
					strings.Join(args, " "), r.code, r.took, r.out, r.err)
			}
		}
		s.holds(t)
		if t.Failed() {
			break
		}
	}
	if err := <-ended; err != nil {
		t.Errorf("the attacker: %v\n%s", err, said.String())
	}
	s.holds(t)
	t.Logf("%s by %s on %s for %v: %d rounds, exits %v", mode, s.user, s.host, within, rounds, codes)
}

// inDB1 runs SQL as the role odoo, in a database of db1.
func inDB1(t *testing.T, role, database, sql string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd, err := fleet.Host("db1").Command(ctx, append(strings.Fields(asPostgres), "psql", "-XAtq", "-v", "ON_ERROR_STOP=1",
		"-h", "/var/run/postgresql", "-d", database, "-f", "-")...)
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdin = strings.NewReader("set session authorization " + role + ";\n" + sql)
	out, err := cmd.Output()
	if err != nil {
		if exit, ok := err.(*exec.ExitError); ok {
			t.Fatalf("as %s in %s: %v: %s", role, database, err, exit.Stderr)
		}
		t.Fatal(err)
	}
	return string(out)
}

// settles brings the hosts back to the inventory, with nothing left over.
func settles(t *testing.T) {
	t.Helper()
	odooctl(t, "apply", "--lock-timeout", "60s", inventory()).want(t, 0)
	odooctl(t, "plan", "--detailed-exitcode", inventory()).want(t, 0)
	for _, host := range []string{"db1", "app1", "web1", "next1"} {
		if left := on(t, host, leftovers); left != "" {
			t.Errorf("%s: left over: %s", host, left)
		}
	}
}

// leftovers lists what a run had begun, and no run has removed.
const leftovers = `find /etc /srv /var/lib/odoo /var/lib/postgresql /var/lib/odooctl \( -name '.*odooctl*' -o -name '*.odooctl' -o -name 'payload-*' -o -name staged -o -name pending \) ! -name .odooctl-built
find /tmp /dev/shm /var/tmp -maxdepth 1 -name '*odooctl*'`
