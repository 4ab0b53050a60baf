package tunnel

import (
	"fmt"
	"strings"
	"time"

	"odooctl/inventory"
	"odooctl/tasks"
)

// service is the systemd service of a tunnel.
type service struct {
	*inventory.Deployment
	Odoo
	key   string    // path of the private key
	port  int       // PostgreSQL's own
	steps bool      // systemd supports growing restart delays
	until time.Time // when it ends by itself; zero: it is permanent
}

// hasSteps is shell that succeeds if systemd has RestartSteps (254, NEWS).
const hasSteps = `v=$(systemctl --version) && v=${v#systemd } && [ "${v%%[!0-9]*}" -ge 254 ]`

// portTaken is shell that succeeds where something listens on the tunnel's port.
func portTaken(t inventory.Tunnel) string {
	if t.Socket {
		return "false"
	}
	return fmt.Sprintf("ss -Hltn 'sport = :%d' | grep -q .", t.Port)
}

// holds reports whether the listener on the tunnel's port is the tunnel itself.
func (s service) holds(h *tasks.Host) bool {
	return h.Unit(Unit(s.Deployment)).Active() && strings.Contains(h.File(unitFile(s.Deployment)).Text(),
		" -L "+s.near()+":")
}

// near is where the tunnel listens, as in ssh -L.
func (s service) near() string {
	if t := s.PostgreSQL.Tunnel; !t.Socket {
		return dial(t.Bind, t.Port)
	}
	return fmt.Sprintf("/run/%s%s/.s.PGSQL.%d", prefix, s.Name, socketPort)
}

// keep defines the service with its pinned host keys, and runs it.
func (s service) keep(h *tasks.Host, known *tasks.File, pinned string) error {
	u, text := h.Unit(Unit(s.Deployment)), s.text()
	if old := h.File(unitFile(s.Deployment)).Text(); old != "" && old != text {
		h.Notify(Unit(s.Deployment), tasks.Restart, "the tunnel's service changed")
	}
	if old := known.Text(); old != "" && old != pinned {
		h.Notify(Unit(s.Deployment), tasks.Restart, s.PostgreSQL.Host.Name+" has other host keys")
	}
	known.SetText(pinned).Own("root", "root", 0o644)
	h.Check(tasks.VerifyUnit(Unit(s.Deployment)))
	return u.Define(text).Run()
}

// text is the unit. Units ordered after it start when the tunnel listens, or after 15 s
// if the database host is down; no Type= does that.
func (s service) text() string {
	t, p := s.PostgreSQL.Tunnel, s.PostgreSQL
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	b.WriteString(ours)
	line("# Deployment: %s\n# To: %s", s.Name, p.Host.Name)
	if !s.until.IsZero() {
		line("# Until: %s", s.until.UTC().Format(time.RFC3339))
	}
	line("[Unit]\nDescription=SSH tunnel of %s to PostgreSQL on %s", s.Name, p.Host.Name)
	line("Wants=network-online.target\nAfter=network-online.target")
	line("# It never gives up.\nStartLimitIntervalSec=0")
	line("\n[Service]\nUser=%s", User)
	if t.Socket {
		line("Group=%s\nRuntimeDirectory=%s%s\nRuntimeDirectoryMode=0750", s.Group, prefix, s.Name)
	}
	line("ExecStart=/usr/bin/ssh -F /dev/null -N -T \\")
	for _, o := range s.options() {
		line("  -o %s \\", o)
	}
	line("  -L %s:%s -p %d %s@%s", s.near(), dial("127.0.0.1", s.port), t.SSHPort, Gate, p.Host.Address)
	line("ExecStartPost=/bin/sh -c '%s'", s.wait())
	line("Restart=always\nRestartSec=5")
	if s.steps {
		line("RestartSteps=6\nRestartMaxDelaySec=60")
	}
	line("%s", sandbox)
	line("\n[Install]\nWantedBy=multi-user.target")
	return b.String()
}

// options are ssh's. A dead link is detected after 30 s; a port that cannot be opened,
// or a host key that is not the pinned one, ends it.
func (s service) options() []string {
	list := []string{
		"BatchMode=yes", "ExitOnForwardFailure=yes", "ConnectTimeout=10",
		"ServerAliveInterval=10", "ServerAliveCountMax=3",
		"StrictHostKeyChecking=yes", "UpdateHostKeys=no", "GlobalKnownHostsFile=/dev/null",
		"UserKnownHostsFile=" + folder(s.Name) + "/known_hosts", "HostKeyAlias=" + s.PostgreSQL.Host.Name,
		"PreferredAuthentications=publickey", "IdentitiesOnly=yes", "IdentityFile=" + s.key,
		"ControlMaster=no", "ControlPath=none",
	}
	if s.PostgreSQL.Tunnel.Socket {
		// A socket left by a crash would block every start; only the group may connect.
		list = append(list, "StreamLocalBindUnlink=yes", "StreamLocalBindMask=0117")
	}
	return list
}

// wait is shell that ends when the tunnel listens, when ssh has exited, or after 15 s.
// systemd restarts the service only after it has ended. /proc/net/tcp has ports in hex,
// and state 0A for listeners (proc(5)).
func (s service) wait() string {
	there := "test -S " + s.near()
	if t := s.PostgreSQL.Tunnel; !t.Socket {
		there = fmt.Sprintf(`grep -q ":%04X 0*:0000 0A " /proc/self/net/tcp /proc/self/net/tcp6 2>/dev/null`, t.Port)
	}
	return fmt.Sprintf(`n=75; until %s || [ $$n = 0 ] || ! kill -0 $$MAINPID 2>/dev/null; do n=$$((n - 1)); sleep 0.2; done`, there)
}

// sandbox restricts the service as far as ssh allows. An older systemd only warns of
// unknown settings (systemd.exec(5)).
const sandbox = `NoNewPrivileges=yes
CapabilityBoundingSet=
UMask=0077
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
ProtectProc=invisible
ProcSubset=pid
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM`
