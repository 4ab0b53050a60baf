package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"

	"golang.org/x/crypto/ssh"
)

// errDropped marks a connection that ended before the host had shown its key.
var errDropped = errors.New("connection dropped before the host key")

// errBusy marks one of these that sshd ended because it has too many at once.
var errBusy = errors.New("sshd has too many connections")

func (c Config) loginText() string { return "log in as " + c.User + " to " + c.endpoint() }

// failed explains why a handshake ended. The order matters: our own decisions come
// before what the broken connection looks like.
func (c Config) failed(ctx context.Context, w *wire, keys *hostKeys, offered *offers, err error) error {
	if keys.refused != nil {
		return keys.refused
	}
	if e := c.interrupted(ctx, c.loginText()); e != nil {
		switch {
		case w.heard.Load() > 0:
		case c.ProxyCommand != "":
			e.Hint = "nothing came from the ProxyCommand: try it by itself"
		default:
			e.Hint = "the port is open but nothing answers: is that an SSH server, and is the host overloaded?"
		}
		return e
	}
	var mismatch *ssh.AlgorithmNegotiationError
	switch {
	case errors.As(err, &mismatch) && settingOf(mismatch.What) == "HostKeyAlgorithms":
		return keys.absent(mismatch)
	case errors.As(err, &mismatch):
		return c.disagreed(mismatch)
	case keys.shown == nil:
		return c.broken(w, err)
	case isRefusal(err), errors.Is(err, errRefusedPassword):
		return c.denied(offered, err)
	}
	return &Error{Host: c.Host, Kind: Unreachable, Tried: c.loginText(),
		Got:  "the connection broke during the login: " + err.Error(),
		Hint: "the host's log tells why: journalctl -u ssh -u sshd", Err: err}
}

// broken describes a connection that ended before the host had shown its key.
func (c Config) broken(w *wire, err error) error {
	e := &Error{Host: c.Host, Kind: Unreachable, Tried: "start SSH with " + c.endpoint(), Got: err.Error(), Err: err}
	said := w.greeting()
	var proxy *proxyError
	switch {
	case errors.As(err, &proxy):
		e.Got, e.Hint = proxy.Error(), "try by itself: "+proxy.command
	case strings.Contains(said, "Not allowed at this time"):
		e.Got = "sshd answers: " + said
		e.Hint = "it shuts this machine out for failed logins (PerSourcePenalties): wait, and look at the host's log"
	case isDrop(err):
		e.Got = "the connection was closed before the host showed its key"
		if said != "" && !strings.HasPrefix(said, "SSH-") {
			e.Got += fmt.Sprintf(", after it sent %q", said)
		}
		e.Hint = "too many connections at once (MaxStartups), a firewall, or hosts.deny"
		e.Err = errors.Join(errDropped, err)
		if strings.Contains(said, "Exceeded MaxStartups") {
			e.Err = errors.Join(errBusy, e.Err)
		}
	case said != "" && !strings.HasPrefix(said, "SSH-"):
		e.Got, e.Hint = fmt.Sprintf("no SSH server there: it sent %q", said), "is the port right?"
	}
	return e
}

func (c Config) denied(o *offers, err error) error {
	names := make([]string, o.tried)
	for i := range names {
		names[i] = o.ids[i].String()
	}
	e := &Error{Host: c.Host, Kind: Auth, Tried: c.loginText(), Got: "the host refused every key offered: ",
		Hint: "is the user right, and one of these keys in its ~/.ssh/authorized_keys? The host's log tells: journalctl -u " +
			"ssh -u sshd",
		Err: err}
	left := len(o.ids) - o.tried
	if left > 0 {
		e.Got = fmt.Sprintf("%d of %d keys were offered before the login ended, and refused: ", o.tried, len(o.ids))
		e.Hint = "name the right key: identity_file in the inventory, or IdentityFile and IdentitiesOnly yes in ssh_config"
	}
	e.Got += strings.Join(names, ", ")
	switch {
	case c.Password == nil && len(o.ids) == 0:
		e.Got = "ssh_config allows no key to be offered, and there is no password"
		e.Hint = "look at PubkeyAuthentication and PreferredAuthentications there, or give --ask-pass"
	case c.Password != nil && len(o.ids) == 0:
		e.Got = errRefusedPassword.Error()
	case c.Password != nil:
		e.Got += ", and the password"
	}
	if len(o.skipped) > 0 {
		e.Got += "; not offered were " + listed(o.skipped)
	}
	if strings.Contains(err.Error(), "disconnect") {
		e.Got += " (" + err.Error() + ")"
	}
	return e
}

// isRefusal reports whether err is a refused login. The library has no type for it;
// reasons 2 and 14 are RFC 4253, section 11.1, as sshd uses them.
func isRefusal(err error) bool {
	text := err.Error()
	return strings.Contains(text, "unable to authenticate") ||
		strings.Contains(text, "disconnect, reason 2:") || strings.Contains(text, "disconnect, reason 14:")
}

func isDrop(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, io.ErrClosedPipe) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}
