package remote

import (
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

// OpenSSH is a Client that reaches the host by the ssh program of this machine, with
// the caller's own environment and ssh_config: for what this package does not support,
// such as GSSAPI, PKCS#11, hardware keys or ControlMaster. The shell on
// the host is the same.
//
// Of c it uses Host, User, Port, Address, IdentityFiles, KnownHosts and ConnectTimeout,
// which override ssh_config if set; and Sudo, SudoPassword, Rand and MaxOutput. ssh
// never prompts: it runs with BatchMode. A HostKey is an error, for ssh has no such
// pin. Options are further arguments, such as -F FILE.
func OpenSSH(c Config, options ...string) (*Client, error) {
	if c.HostKey != "" {
		return nil, fmt.Errorf("%s: transport openssh cannot check host_key: put the key into known_hosts",
			c.Host)
	}
	arguments := append([]string{"-T", "-x", "-oBatchMode=yes", "-oPermitLocalCommand=no", "-oClearAllForwardings=yes",
		"-oServerAliveInterval=15", "-oServerAliveCountMax=3", "-oRemoteCommand=none"}, options...)
	if hasSessionType() {
		arguments = append(arguments, "-oSessionType=default", "-oStdinNull=no", "-oForkAfterAuthentication=no")
	}
	set := func(option, value string) {
		if value != "" && value != "0" {
			arguments = append(arguments, "-o"+option+"="+value)
		}
	}
	set("User", c.User)
	set("Port", strconv.Itoa(c.Port))
	set("ConnectTimeout", strconv.Itoa(int(c.ConnectTimeout.Seconds())))
	for _, f := range c.IdentityFiles {
		set("IdentityFile", quoteOption(f))
	}
	if len(c.IdentityFiles) > 0 {
		set("IdentitiesOnly", "yes")
	}
	var known []string
	for _, f := range c.KnownHosts {
		known = append(known, quoteOption(f))
	}
	set("UserKnownHostsFile", strings.Join(known, " "))
	if c.User == "" {
		c.User = "the user of ssh_config"
	}
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	c.program = true
	ssh := func(more ...string) *exec.Cmd { return exec.Command("ssh", slices.Concat(arguments, more)...) }
	return child(c, &machine{
		start:   func(command string) *exec.Cmd { return ssh("--", c.Address, command) },
		ends:    true,
		forward: func(addr string) *exec.Cmd { return ssh("-W", addr, "--", c.Address) },
		slots:   make(chan struct{}, logins),
	}), nil
}

// hasSessionType reports whether ssh is of version 8.7 or later, in which ssh_config has
// what -N, -n and -f do.
var hasSessionType = sync.OnceValue(func() bool {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return exec.CommandContext(ctx, "ssh", "-G", "-F", "none", "-oSessionType=default", "localhost").Run() == nil
})

// child is a Client whose sessions are processes of this machine.
func child(c Config, conn *machine) *Client {
	conn.user, conn.closed, conn.wire = c.User, make(chan struct{}), new(wire)
	channels, requests := make(chan ssh.NewChannel), make(chan *ssh.Request)
	close(channels)
	close(requests)
	return newClient(c, conn.wire, ssh.NewClient(conn, channels, requests), func() {})
}

// quoteOption quotes a path for the value of an ssh option, in which ssh interprets
// quotes and % (ssh_config(5), TOKENS).
func quoteOption(path string) string {
	return `"` + strings.ReplaceAll(strings.ReplaceAll(path, "%", "%%"), `"`, `\"`) + `"`
}

// programErrors are messages of ssh when it does not get to the host's shell.
var programErrors = []struct {
	said string
	kind Kind
}{
	{"REMOTE HOST IDENTIFICATION HAS CHANGED", HostKeyChanged},
	{"Host key verification failed", HostKeyUnknown},
	{"Permission denied", Auth},
	{"Too many authentication failures", Auth},
	{"Connection refused", Unreachable},
	{"Connection timed out", Unreachable},
	{"No route to host", Unreachable},
	{"Network is unreachable", Unreachable},
	{"Could not resolve hostname", Unreachable},
	{"Connection closed by", Unreachable},
	{"Connection reset by", Unreachable},
	{"executable file not found", Unreachable},
}

// programError explains ssh's message; nil if it is not a known one.
func (c Config) programError(said string) *Error {
	for _, p := range programErrors {
		if c.program && strings.Contains(said, p.said) {
			return &Error{Host: c.Host, Kind: p.kind, Tried: "reach " + c.Address + " by the ssh program", Got: said,
				Hint: "does this work? ssh -oBatchMode=yes " + c.Address + " true"}
		}
	}
	return nil
}
