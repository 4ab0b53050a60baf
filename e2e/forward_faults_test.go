//go:build lab

package e2e

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

// psqlWord sends what only PostgreSQL answers, and returns the answer.
func psqlWord(addr string) (string, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return "", err
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(30 * time.Second))
	c.Write([]byte("\x00\x00\x00\x08\x04\xd2\x16\x2f"))
	b := make([]byte, 1)
	_, err = c.Read(b)
	return string(b), err
}

// recovers waits until PostgreSQL answers through the tunnel, and logs how long it
// took.
func (tun *upTunnel) recovers(t *testing.T, what string) {
	t.Helper()
	began := time.Now()
	for time.Since(began) < 60*time.Second {
		if word, err := psqlWord(tun.addr); err == nil && (word == "S" || word == "N") {
			t.Logf("%s: PostgreSQL answers again after %.2f s", what, time.Since(began).Seconds())
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("%s: PostgreSQL does not answer again\n%s", what, tun.err)
}

// TestForwardSurvives: the database restarts, sshd restarts and the connections through
// it are cut; the port stays open.
func TestForwardSurvives(t *testing.T) {
	tun := up(t, 0)
	tun.recovers(t, "nothing happened")
	on(t, "db1", "systemctl restart postgresql@15-main")
	tun.recovers(t, "the database restarted")
	open, err := net.Dial("tcp", tun.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	open.SetDeadline(time.Now().Add(30 * time.Second))
	time.Sleep(200 * time.Millisecond)
	on(t, "db1", "systemctl restart ssh; pkill -x -f 'sshd: deploy.*'")
	if _, err := open.Read(make([]byte, 1)); err == nil {
		t.Error("the connection through the dead login lives on")
	}
	tun.recovers(t, "sshd restarted, the login was cut")
	if said := tun.err.String(); !strings.Contains(said, "db1: the connection was lost; connecting again") ||
		!strings.Contains(said, "db1: connected again after") {
		t.Errorf("it says:\n%s", said)
	}
	tun.interrupt(t)
}

// TestForwardExec: the command gets the address and no visible password, and its exit
// code is passed on.
func TestForwardExec(t *testing.T) {
	on(t, "db1", `runuser -u postgres -- psql -qc "do \$\$ begin create role forward login; exception when duplicate_object then null; end \$\$"`)
	defer on(t, "db1", `runuser -u postgres -- psql -qc "drop role forward"`)
	r := odooctl(t, "tunnel", "up", inventory(), "mycompany", "--exec",
		`env | grep ^PG; stat -c %a "$PGPASSFILE"; wc -l <"$PGPASSFILE"; exit 7`)
	r.want(t, 7).has(t, "PGHOST=127.0.0.1\n", "PGPORT=", "PGUSER=odoo\n", "PGDATABASE=mycompany\n", "\n600\n1\n")
	if strings.Contains(r.out, "PGPASSWORD") {
		t.Error("a password is in the environment")
	}
	odooctl(t, "tunnel", "up", inventory(), "mycompany", "--exec", "kill -TERM $$").want(t, 143)
}

// TestForwardForbidden: if a host does not forward, the error names the setting.
func TestForwardForbidden(t *testing.T) {
	defer on(t, "db1", "rm -f /etc/ssh/sshd_config.d/00-forward.conf ~deploy/.ssh/authorized_keys.was; systemctl reload "+
		"ssh")
	for setting, want := range map[string]string{
		"AllowTcpForwarding no": "db1: connect from the host to 127.0.0.1:5432: sshd does not allow it; its " +
			"sshd_config says AllowTcpForwarding no",
		"DisableForwarding yes":     "its sshd_config says DisableForwarding yes",
		"PermitOpen 127.0.0.1:22":   "its sshd_config says PermitOpen 127.0.0.1:22; it has to include 127.0.0.1:5432",
		"AllowTcpForwarding remote": "its sshd_config says AllowTcpForwarding remote",
	} {
		on(t, "db1", fmt.Sprintf("printf '%%s\\n' %q >/etc/ssh/sshd_config.d/00-forward.conf; systemctl reload ssh; sleep "+
			"0.5", setting))
		odooctl(t, "tunnel", "up", inventory(), "mycompany").want(t, 2).has(t, want)
	}
	on(t, "db1", `rm /etc/ssh/sshd_config.d/00-forward.conf; systemctl reload ssh; k=~deploy/.ssh/authorized_keys; k=$(eval echo $k); cp -a $k $k.was; sed 's/^/restrict /' $k.was >$k; sleep 0.5`)
	defer on(t, "db1", `k=$(eval echo ~deploy)/.ssh/authorized_keys; cat $k.was >$k`)
	odooctl(t, "tunnel", "up", inventory(), "mycompany").want(t, 2).has(t,
		"look there for restrict, no-port-forwarding or permitopen, as user deploy")
}
