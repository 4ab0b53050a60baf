package tunnel

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"odooctl/remote/shell"
	"odooctl/tasks"
)

// Gate is the user on the database host that tunnels log in as. It has no shell, no
// session, and a single permitted destination.
const Gate = "odooctl-gate"

// The gate's files on the database host.
const (
	keysFile   = "/etc/ssh/odooctl-gate.keys"
	sshdConfig = "/etc/ssh/sshd_config"
	sshdFolder = "/etc/ssh/sshd_config.d"
	sshdFile   = sshdFolder + "/10-odooctl-gate.conf"
)

// pass lets one key of one Odoo host reach one PostgreSQL.
type pass struct {
	tunnel string   // the deployment
	host   string   // the Odoo host
	from   []string // the addresses that it connects from
	port   int      // of PostgreSQL on the loopback
	public string   // ssh-ed25519 AAAA...
}

// line is the pass in authorized_keys (sshd(8)). restrict removes all present and
// future permissions, and port-forwarding restores one. permitopen covers neither -R,
// for which there is no "none" here but a port that cannot be opened, nor unix sockets:
// see match.
func (p pass) line() string {
	return fmt.Sprintf(`restrict,port-forwarding,permitopen="127.0.0.1:%d",permitlisten="127.0.0.1:1",from="%s" %s %s@%s`,
		p.port, strings.Join(p.from, ","), p.public, p.tunnel, p.host)
}

var passLine = regexp.MustCompile(`^restrict,port-forwarding,permitopen="127\.0\.0\.1:(\d+)",permitlisten="127\.0\.0\.1:1",from="([^"]*)" (ssh-ed25519 [A-Za-z0-9+/]+={0,2}) ([A-Za-z0-9._-]+)@([A-Za-z0-9._-]+)$`)

// passes parses the gate's keys. Lines that are not ours are skipped.
func passes(text string) (list []pass) {
	for line := range strings.Lines(text) {
		if m := passLine.FindStringSubmatch(strings.TrimRight(line, "\n")); m != nil {
			p := pass{tunnel: m[4], host: m[5], from: strings.Split(m[2], ","), public: m[3]}
			fmt.Sscan(m[1], &p.port)
			list = append(list, p)
		}
	}
	return list
}

// lets reports whether the gate on host h admits a key.
func lets(h *tasks.Host, public string) bool {
	return slices.ContainsFunc(passes(h.File(keysFile).Text()), func(p pass) bool { return p.public == public })
}

// render writes the gate's keys.
func render(list []pass) string {
	var b strings.Builder
	b.WriteString(ours)
	for _, p := range list {
		b.WriteString(p.line() + "\n")
	}
	return b.String()
}

// match is the part of sshd's configuration that closes what the lines of the keys
// leave open: unix sockets, which permitopen does not cover, -R, sessions, and every
// login but by key (sshd_config(5)).
func match(list []pass) string {
	var open []string
	for _, p := range list {
		if at := fmt.Sprintf("127.0.0.1:%d", p.port); !slices.Contains(open, at) {
			open = append(open, at)
		}
	}
	slices.Sort(open)
	return fmt.Sprintf(`Match User %s
	AuthorizedKeysFile %s
	AuthenticationMethods publickey
	PubkeyAuthentication yes
	PasswordAuthentication no
	KbdInteractiveAuthentication no
	AllowTcpForwarding local
	PermitOpen %s
	PermitListen none
	AllowStreamLocalForwarding no
	GatewayPorts no
	AllowAgentForwarding no
	X11Forwarding no
	PermitTunnel no
	PermitTTY no
	PermitUserRC no
	ForceCommand /bin/false
	MaxSessions 0
	ClientAliveInterval 15
	ClientAliveCountMax 3
`, Gate, keysFile, strings.Join(open, " "))
}

//go:embed effective.sh
var asksSshd string

// effective is shell that succeeds if sshd, with the present files, does for the gate's
// user what match says.
func effective(list []pass) string {
	want := []string{
		"authorizedkeysfile " + keysFile, "pubkeyauthentication yes", "allowtcpforwarding local",
		"disableforwarding no",
		"allowstreamlocalforwarding no", "permitlisten none", "permittty no", "x11forwarding no",
		"allowagentforwarding no",
	}
	return shell.Call(asksSshd, "effective", append([]string{Gate, first(list)}, want...)...)
}

// first is an address that a tunnel connects from.
func first(list []pass) string {
	for _, p := range list {
		if len(p.from) > 0 {
			return p.from[0]
		}
	}
	return "127.0.0.1"
}
