package connect

import (
	"context"
	_ "embed"
	"errors"
	"net"
	"strings"

	"odooctl/inventory"
	"odooctl/remote"
	"odooctl/remote/shell"
)

//go:embed forbidden.sh
var sshdSettings string

// Forbidden names what keeps a host from connecting to target for us: a setting of sshd,
// which it reads as root on the host, or else the key's own options. If it cannot read
// them, it returns err as it is.
func (n *Network) Forbidden(ctx context.Context, h *inventory.Host, client *remote.Client, target string,
	err error) error {
	c, configErr := n.config(ctx, h)
	here, ok := client.Here().(*net.TCPAddr)
	if configErr != nil || !ok || h.SSH.Transport == inventory.TransportOpenSSH {
		return err
	}
	sh := &connection{client: client}
	res, shellErr := sh.Run(ctx, shell.Call(sshdSettings, "sshd_settings", c.User, here.IP.String()), nil)
	if shellErr != nil || res.Code != 0 {
		return err
	}
	var e *remote.Error
	if !errors.As(err, &e) {
		return err
	}
	told := *e
	told.Hint = forbids(string(res.Stdout), target)
	if told.Hint == "" {
		told.Hint = "its sshd_config allows it, so the line of the key in authorized_keys does not: look there for " +
			"restrict, no-port-forwarding or permitopen, as user " + c.User
	}
	return &told
}

// forbids finds the setting in the output of sshd -T that forbids forwarding to target;
// "" where none does.
func forbids(settings, target string) string {
	for line := range strings.Lines(settings) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case name == "disableforwarding" && value == "yes":
			return "its sshd_config says DisableForwarding yes"
		case name == "allowtcpforwarding" && (value == "no" || value == "remote"):
			return "its sshd_config says AllowTcpForwarding " + value + "; it has to be local or yes"
		case name == "permitopen" && value != "any" && !permits(strings.Fields(value), target):
			return "its sshd_config says PermitOpen " + value + "; it has to include " + target
		}
	}
	return ""
}

// permits reports whether PermitOpen lets a target through (sshd_config(5)).
func permits(list []string, target string) bool {
	host, port, _ := net.SplitHostPort(target)
	for _, p := range list {
		h, o, err := net.SplitHostPort(p)
		if err == nil && (h == host || h == "*") && (o == port || o == "*") {
			return true
		}
	}
	return false
}
