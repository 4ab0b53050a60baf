package tunnel

import (
	_ "embed"
	"fmt"
	"strings"
	"text/template"
	"time"

	"odooctl/inventory"
	"odooctl/remote/shell"
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

//go:embed steps.sh
var steps string

// hasSteps is shell that succeeds if systemd has RestartSteps.
var hasSteps = shell.Call(steps, "has_steps")

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

//go:embed service.tmpl
var unitTemplate string

var unit = template.Must(template.New("service").Parse(unitTemplate))

// text is the unit. Units ordered after it start when the tunnel listens, or after 15 s
// if the database host is down; no Type= does that.
func (s service) text() string {
	t, p := s.PostgreSQL.Tunnel, s.PostgreSQL
	var group, socket, until string
	if t.Socket {
		group, socket = s.Group, s.near()
	}
	if !s.until.IsZero() {
		until = s.until.UTC().Format(time.RFC3339)
	}
	var b strings.Builder
	if err := unit.Execute(&b, struct {
		Name, To, Until, User, Group, Directory, Forward, Login, Socket string
		Options                                                         []string
		Port, SSHPort                                                   int
		Steps                                                           bool
	}{
		Name: s.Name, To: p.Host.Name, Until: until, User: User, Group: group, Directory: prefix + s.Name,
		Forward: s.near() + ":" + dial("127.0.0.1", s.port), Login: Gate + "@" + p.Host.Address, Socket: socket,
		Options: s.options(), Port: t.Port, SSHPort: t.SSHPort, Steps: s.steps,
	}); err != nil {
		panic(err) // the template asks for something else
	}
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
