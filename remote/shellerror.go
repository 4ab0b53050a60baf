package remote

import (
	"fmt"
	"strings"
)

// passwordless tells how to do without a password.
const passwordless = "let %[1]s become root without a password (%[1]s ALL=(ALL) NOPASSWD: ALL, in /etc/sudoers.d), " +
	"or log in as root"

// sudoHints maps what sudo prints when it refuses to what to do about it.
var sudoHints = []struct{ said, hint string }{
	{"a password is required", "run again with --ask-sudo-pass, or " + passwordless},
	{"a terminal is required", "run again with --ask-sudo-pass, or " + passwordless},
	{"authentication is required", "run again with --ask-sudo-pass, or " + passwordless}, // sudo-rs
	{"must have a tty", "install script (package bsdutils or util-linux) on the host, or add to its sudoers: " +
		"Defaults:%[1]s !requiretty"},
	{"incorrect password", "is it that of %[1]s on this host?"},
	{"incorrect authentication", "is it that of %[1]s on this host?"}, // sudo-rs
	{"doas: ", "add to /etc/doas.conf on the host: permit nopass %[1]s"},
	{"not in the sudoers file", "add to /etc/sudoers.d on the host: %[1]s ALL=(ALL) NOPASSWD: ALL"},
	{"not allowed to execute",
		"%[1]s may not run /bin/sh as root: add to /etc/sudoers.d on the host: %[1]s ALL=(ALL) NOPASSWD: ALL"},
	{"may not run sudo", "add to /etc/sudoers.d on the host: %[1]s ALL=(ALL) NOPASSWD: ALL"},
	{"not found", "install sudo or doas on the host, or log in as root"},
	{"Unknown command", "install sudo or doas on the host, or log in as root"},
	{"No such file", "install sudo or doas on the host, or log in as root"},
}

// noRoom is how bootstrap's message begins where it cannot store a script's input.
const noRoom = "odooctl: no room for "

// shellError describes a shell that ended: ending is how, said is what it printed
// outside of scripts, started is whether it had run a script before.
func (c Config) shellError(tried, ending, said string, started bool) *Error {
	e := &Error{Host: c.Host, Kind: ShellFailed, Tried: tried, Got: "the shell is gone: " + ending,
		Hint: "did somebody kill it, or is the host out of memory? Its log tells: journalctl -e"}
	if _, room, full := strings.Cut(said, noRoom); full {
		size, _, _ := strings.Cut(room, " bytes")
		e.Kind, e.Tried = NoRoom, "hand over "+size+" bytes for a script"
		e.Got = "neither /dev/shm nor /tmp has room for them; nothing was begun, and nothing touched"
		e.Hint = "make room there, see: df -h /dev/shm /tmp; df -i /dev/shm /tmp; then run again"
		return e
	}
	if said != "" {
		e.Got += ", it said: " + said
	}
	if started {
		return e
	}
	if p := c.programError(said); p != nil {
		return p
	}
	e.Tried = "start /bin/sh as " + c.User
	e.Hint = "does this work? ssh " + c.User + "@" + c.Address + " /bin/sh -c true"
	if !c.asRoot() || !strings.Contains(said, "sudo") && !strings.Contains(said, "doas") {
		return e
	}
	e.Kind, e.Tried, e.Got = Sudo, "become root by sudo as "+c.User, said
	e.Hint = fmt.Sprintf("does this work? ssh -t %s@%s sudo true", c.User, c.Address)
	for _, s := range sudoHints {
		if strings.Contains(said, s.said) {
			e.Hint = strings.ReplaceAll(s.hint, "%[1]s", c.User)
			break
		}
	}
	return e
}
