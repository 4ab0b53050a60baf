package connect

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"odooctl/inventory"
	"odooctl/remote"
)

// Forbidden names what keeps a host from connecting to target for us: a setting of
// sshd, which the host is asked for as root, or else the key's own options. Where
// the host cannot be asked, err stands as it is.
func (n *Network) Forbidden(ctx context.Context, h *inventory.Host, client *remote.Client, target string, err error) error {
	c, configErr := n.config(h)
	here, ok := client.Here().(*net.TCPAddr)
	if configErr != nil || !ok || h.SSH.Transport == inventory.TransportOpenSSH {
		return err
	}
	sh := &connection{client: client}
	res, shellErr := sh.Run(ctx, fmt.Sprintf(`PATH=$PATH:/usr/sbin:/sbin; sshd -T -C 'user=%s,host=%s,addr=%[2]s,laddr=127.0.0.1,lport=22'`, c.User, here.IP), nil)
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
		told.Hint = "its sshd_config does, so the line of the key in authorized_keys does not: look there for restrict, no-port-forwarding or permitopen, as user " + c.User
	}
	return &told
}

// forbids finds the setting in the output of sshd -T that keeps a forwarding to
// target from being made; "" where none does.
func forbids(settings, target string) string {
	for line := range strings.Lines(settings) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case name == "disableforwarding" && value == "yes":
			return "its sshd_config says DisableForwarding yes"
		case name == "allowtcpforwarding" && (value == "no" || value == "remote"):
			return "its sshd_config says AllowTcpForwarding " + value + "; this takes local or yes"
		case name == "permitopen" && value != "any" && !permits(strings.Fields(value), target):
			return "its sshd_config says PermitOpen " + value + "; this takes " + target
		}
	}
	return ""
}

// permits tells whether PermitOpen lets a target through (sshd_config(5)).
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
