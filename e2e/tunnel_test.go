//go:build lab

package e2e

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// throughTunnel writes the inventory with the deployment's tunnel, perhaps with keys of
// its own.
func throughTunnel(t *testing.T, keys string) string {
	t.Helper()
	return edited(t, "access: network", "access: tunnel\n      tunnel: {"+keys+"}",
		"      allow: ["+subnet+"0/24]\n", "")
}

// standing is a host's files, users and units, without what its services write all the
// time.
const standing = `find /etc /home /root /usr /var/lib \( -path '/etc/*-' -o -path /var/lib/odooctl -o -path /var/lib/postgresql -o -path /var/lib/odoo -o -path /var/lib/systemd -o -path /var/lib/private \) -prune -o -printf '%p %y %m %u %g %s %l\n' | sort
ls -d /run/odooctl* 2>/dev/null
find /etc -type f ! -name '*-' ! -name .updated -print0 | sort -z | xargs -0 sha256sum
systemctl list-unit-files --no-pager --no-legend | grep -v transient
systemctl list-units --all --no-pager --plain --no-legend 'odooctl*' 'ssh*' 'postgresql*' | sed 's/ .*//'`

// TestTunnel: Odoo serves logins through a tunnel, access over the network is closed,
// and switching back leaves nothing behind.
func TestTunnel(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	was := map[string]string{}
	hosts := []string{"db1", "app1", "app2"}
	for _, host := range hosts {
		was[host] = on(t, host, standing)
	}
	defer func() {
		odooctl(t, "apply", "--at-once", inventory()).want(t, 0)
		for _, host := range hosts {
			if now := on(t, host, standing); now != was[host] {
				t.Errorf("%s: the tunnel left traces:\n%s", host, firstDifference(was[host], now))
			}
		}
	}()
	tcp := throughTunnel(t, "port: 15432")

	long(t, "forwarding forbidden", func(t *testing.T) {
		const file = "/etc/ssh/sshd_config.d/00-hardened.conf"
		defer on(t, "db1", "rm -f "+file)
		on(t, "db1", "printf 'Match User odooctl-*\\n\\tAllowTcpForwarding no\\n' >"+file)
		odooctl(t, "apply", tcp).want(t, 5).has(t, `sshd has "allowtcpforwarding no" for the user odooctl-gate`)
		on(t, "db1", "printf 'AllowUsers deploy\\n' >"+file)
		odooctl(t, "apply", tcp).want(t, 5).has(t, "lets only some in (allowusers)")
		on(t, "db1", "! id odooctl-gate 2>/dev/null && [ ! -e /etc/ssh/odooctl-gate.keys ]")
	})

	long(t, "port in use", func(t *testing.T) { portInUse(t, tcp) })

	odooctl(t, "apply", "--at-once", tcp).want(t, 0)
	odooctl(t, "plan", "--detailed-exitcode", tcp).want(t, 0).has(t, "plan: 0 changes")
	if out := odooctl(t, "status", tcp).want(t, 0).out; strings.Contains(out, "tunnel:") {
		t.Errorf("status of a tunnel that works:\n%s", out)
	}
	serves(t)
	if got := on(t, "db1", "ss -Hltn 'sport = :5432' | awk '{print $4}' | sort | tr '\\n' ' '"); got != "127.0.0.1:5432 "+
		"[::1]:5432 " {
		t.Errorf("PostgreSQL listens on %s", got)
	}
	t.Run("the key is good for nothing else", refusals)
	t.Run("faults", faults)
	long(t, "new keys", func(t *testing.T) { newKeys(t, tcp) })
	long(t, "200 at once", crowd)
	long(t, "throughput", throughput)
	long(t, "who answers", func(t *testing.T) { whoAnswers(t, tcp) })
	long(t, "new host key", func(t *testing.T) { newHostKey(t, tcp) })
	long(t, "a host leaves", aHostLeaves)
	long(t, "socket", socket)
}

func portInUse(t *testing.T, file string) {
	pid := strings.TrimSpace(on(t, "app1",
		"setsid python3 -m http.server 15432 --bind 127.0.0.1 >/dev/null 2>&1 </dev/null & echo $!; sleep 1"))
	defer on(t, "app1", "kill "+pid)
	odooctl(t, "apply", file).has(t, "port 15432 of app1 is in use")
}

func newKeys(t *testing.T, file string) {
	look := "cat /etc/odooctl-tunnel-mycompany/*.pub"
	old := on(t, "app1", look)
	odooctl(t, "apply", "--playbook", "tunnel-keys", file).want(t, 0)
	now := on(t, "app1", look)
	if now == old || strings.Count(now, "\n") != 1 {
		t.Errorf("before:\n%safter:\n%s", old, now)
	}
	keys := on(t, "db1", "cat /etc/ssh/odooctl-gate.keys")
	if strings.Contains(keys, strings.Fields(old)[1]) || !strings.Contains(keys, strings.Fields(now)[1]) {
		t.Errorf("the gate has\n%s", keys)
	}
	odooctl(t, "plan", "--detailed-exitcode", file).want(t, 0)
}

func newHostKey(t *testing.T, file string) {
	on(t, "db1", "cp -p /etc/ssh/ssh_host_ecdsa_key /etc/ssh/ssh_host_ecdsa_key.pub /root/ && rm "+
		"/etc/ssh/ssh_host_ecdsa_key* && ssh-keygen -q -t ecdsa -N '' -f /etc/ssh/ssh_host_ecdsa_key && systemctl restart "+
		"ssh")
	defer on(t, "db1",
		"mv /root/ssh_host_ecdsa_key /root/ssh_host_ecdsa_key.pub /etc/ssh/ && systemctl restart ssh")
	odooctl(t, "plan", "--detailed-exitcode", file).want(t, 2).has(t, "db1 has other host keys")
	odooctl(t, "apply", "--at-once", file).want(t, 0)
	odooctl(t, "plan", "--detailed-exitcode", file).want(t, 0)
}

func aHostLeaves(t *testing.T) {
	one := edited(t, "access: network", "access: tunnel", "      allow: ["+subnet+"0/24]\n", "",
		"hosts: [app1, app2]", "hosts: [app1]")
	odooctl(t, "apply", "--at-once", one).want(t, 0)
	on(t, "app2", "[ -z \"$(ls -d /etc/odooctl-tunnel-* /etc/systemd/system/odooctl-* 2>/dev/null)\" ] && ! id "+
		"odooctl-tunnel 2>/dev/null && ! systemctl cat odooctl-tunnel-mycompany.service 2>/dev/null")
	on(t, "db1", "! grep app2 /etc/ssh/odooctl-gate.keys")
	odooctl(t, "plan", "--detailed-exitcode", one).want(t, 0)
}

// socket: the same through a unix socket that only Odoo's group can open.
func socket(t *testing.T) {
	file := throughTunnel(t, "socket: true")
	odooctl(t, "apply", "--at-once", file).want(t, 0)
	odooctl(t, "plan", "--detailed-exitcode", file).want(t, 0)
	serves(t)
	got := on(t, "app1", `cd /run/odooctl-tunnel-mycompany && stat -c '%A %U:%G %n' . .s.PGSQL.5432
setpriv --reuid=nobody --regid=nogroup --clear-groups sh -c 'python3 -c "import socket; socket.socket(socket.AF_UNIX).connect(\"/run/odooctl-tunnel-mycompany/.s.PGSQL.5432\")"' 2>&1 | tail -n 1
ss -Hltn 'sport = :15432'`)
	if want := "drwxr-x--- odooctl-tunnel:odoo .\nsrw-rw---- odooctl-tunnel:odoo .s.PGSQL.5432\n" +
		"PermissionError: [Errno 13] Permission denied\n"; got != want {
		t.Errorf("the socket:\n%swant\n%s", got, want)
	}
	on(t, "app1", "kill -9 $(systemctl show -p MainPID --value odooctl-tunnel-mycompany)")
	t.Logf("ssh killed: Odoo was back after %.1f s", back(t).Seconds())
	on(t, "app1", "systemctl stop odooctl-tunnel-mycompany && mkdir /run/odooctl-tunnel-mycompany && python3 -c 'import "+
		"socket; socket.socket(socket.AF_UNIX).bind(\"/run/odooctl-tunnel-mycompany/.s.PGSQL.5432\")'")
	odooctl(t, "status", file).want(t, 2).has(t, "the tunnel: stale: nobody serves the socket")
	odooctl(t, "apply", "--at-once", file).want(t, 0)
	serves(t)
}

var attempt = regexp.MustCompile(`(?m)^--- (.*)$`)

// refusals tries the tunnel's key for everything that a key can be used for.
func refusals(t *testing.T) {
	out := on(t, "app1", fmt.Sprintf(`k=$(mktemp); cat /etc/odooctl-tunnel-mycompany/id_ed25519 >$k
o="-F /dev/null -o BatchMode=yes -o ConnectTimeout=5 -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/etc/odooctl-tunnel-mycompany/known_hosts -o HostKeyAlias=db1 -o IdentitiesOnly=yes -o ExitOnForwardFailure=yes -i $k"
to=odooctl-gate@%s
try() { echo "--- $1"; shift; if timeout 6 sh -c "$*" </dev/null 2>&1 | tail -n 2; then :; fi; }
spoken='import socket,sys
s=socket.socket(socket.AF_UNIX); s.settimeout(3)
s.connect(sys.argv[1]); s.sendall(bytes([0,0,0,8,4,210,22,47])); print("REACHED" if s.recv(1) else "nothing")'
try "a command" "ssh $o $to 'echo REACHED'"
try "a terminal" "ssh $o -tt $to 'echo REACHED'"
try sftp "echo 'ls /' | sftp $o $to | grep etc && echo REACHED"
try scp "scp $o $to:/etc/hostname $k.copy && echo REACHED"
try "another port" "ssh $o -W 127.0.0.1:22 $to | grep SSH && echo REACHED"
try "another name of the port" "ssh $o -W localhost:5432 $to && echo REACHED"
try "another machine" "ssh $o -W %s:22 $to | grep SSH && echo REACHED"
try "PostgreSQL's socket" "ssh $o -N -L $k.sock:/var/run/postgresql/.s.PGSQL.5432 $to & sleep 1; python3 -c '$spoken' $k.sock; kill \$!"
try "-R, a port" "ssh $o -N -R 127.0.0.1:2222:127.0.0.1:22 $to; [ \$? = 124 ] && echo REACHED"
try "-R, the port of permitlisten" "ssh $o -N -R 127.0.0.1:1:127.0.0.1:22 $to; [ \$? = 124 ] && echo REACHED"
try "-R, a socket" "ssh $o -N -R /tmp/r.sock:127.0.0.1:22 $to; [ \$? = 124 ] && echo REACHED"
try "-D to another port" "ssh $o -N -D 127.0.0.1:1080 $to & sleep 1; curl -s -m 2 --socks5 127.0.0.1:1080 telnet://127.0.0.1:22 </dev/null | grep SSH && echo REACHED; kill \$!"
try "the agent" "eval \$(ssh-agent) >/dev/null; ssh $o -A $to ssh-add -l && echo REACHED; kill \$SSH_AGENT_PID"
try X11 "DISPLAY=:0 ssh $o -X $to 'echo REACHED'"
try "a network device" "ssh $o -N -w 0:0 $to; [ \$? = 124 ] && echo REACHED"
rm -f $k $k.*`, fleet.Host("db1").Address(), fleet.Host("web1").Address()))
	t.Log("the key was tried for:\n" + out)
	if strings.Contains(out, "REACHED") {
		t.Error("the key of the tunnel reached something")
	}
	if n := len(attempt.FindAllString(out, -1)); n != 15 {
		t.Errorf("%d attempts, want 15", n)
	}
	elsewhere := on(t, "web1", fmt.Sprintf(`k=$(mktemp); cat >$k <<'EOF'
%sEOF
ssh -F /dev/null -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o IdentitiesOnly=yes -i $k -W 127.0.0.1:5432 odooctl-gate@%s 2>&1 </dev/null; rm $k`,
		on(t, "app1", "cat /etc/odooctl-tunnel-mycompany/id_ed25519"), fleet.Host("db1").Address()))
	if !strings.Contains(elsewhere, "Permission denied") {
		t.Errorf("the key from another host: %s", elsewhere)
	}
}
