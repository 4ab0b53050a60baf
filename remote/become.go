package remote

import (
	"context"
	"fmt"
	"strings"
	"time"

	"odooctl/remote/shell"
)

// privilege is how the shell becomes root. The choice between sudo and doas is made on
// the host, which alone knows what is installed.
type privilege struct {
	asks bool   // sudo may ask for a password, with this nonce in its prompt
	tty  bool   // sudo wants a terminal
	mark string // in sudo's prompt and in the first line of the root shell
}

// bare is the root shell: it reads the bootstrap from its standard input and runs it.
// Where somebody waits for that, it first announces itself on standard error.
func (p privilege) bare() string {
	const sh = `IFS= read -r program; eval "$program"`
	if p.mark != "" {
		return "/bin/sh -c " + shell.Quote("echo "+p.mark+" root >&2; "+sh)
	}
	return "/bin/sh -c " + shell.Quote(sh)
}

// command is POSIX sh that becomes root and runs bare.
//
// sudo prompts on standard error, with the mark in its prompt (sudo(8), -S and -p), and
// is answered only then: a host that does not ask never sees the password. doas cannot
// read a password from standard input.
//
// Where sudoers has requiretty, script(1) makes a terminal. sudo looks for a
// controlling terminal and not at its standard input, so the three streams stay pipes:
// nothing is echoed, merged or translated.
func (p privilege) command() string {
	sudo := "sudo -n -- " + p.bare()
	if p.asks {
		sudo = "sudo -S -p " + shell.Quote(p.mark+" password: ") + " -- " + p.bare()
	}
	if p.tty {
		sudo = "SHELL=/bin/sh script -qec " + shell.Quote("exec "+sudo+" 0<&3 1>&4 2>&5 3<&- 4>&- 5>&-") +
			" /dev/null 3<&0 4>&1 5>&2 </dev/null >/dev/null"
	}
	return either(sudo, "doas -n "+p.bare())
}

// either runs the command that fits what the host has installed.
func either(sudo, doas string) string {
	return "if command -v sudo >/dev/null 2>&1; then\n" + sudo +
		"\nelif command -v doas >/dev/null 2>&1; then\n" + doas +
		"\nelse echo \"sudo: not found, nor doas\" >&2; (exit 127); fi"
}

// askWithin limits how long sudo may take from start to prompt, and from the answer to
// root.
const askWithin = 20 * time.Second

// become starts a shell step by step: it waits for sudo's prompt, if there is one, and
// for root. It costs one round trip more than Shell, and another if sudo asks.
func (c *Client) become(ctx context.Context, tty bool) (*Shell, error) {
	s, err := c.open(ctx)
	if err != nil {
		return nil, err
	}
	mark, err := s.nonce()
	if err != nil {
		s.channel.Close()
		return nil, err
	}
	p := privilege{asks: c.config.SudoPassword != nil, tty: tty, mark: mark}
	signs := s.err.look(mark)
	s.exec(encoded(p.command()))
	if err := s.answer(ctx, signs); err != nil {
		s.channel.Close()
		return nil, err
	}
	s.feed()
	return s, nil
}

// answer gives sudo the password once, and returns when the shell runs as root.
func (s *Shell) answer(ctx context.Context, signs <-chan string) error {
	c := s.client.config
	tried := "become root by sudo as " + c.User
	for asked := false; ; asked = true {
		timer := time.NewTimer(askWithin)
		var sign string
		select {
		case sign = <-signs:
		case <-s.ended:
		case <-s.exited:
			s.drain()
		case <-timer.C:
			return &Error{Host: c.Host, Kind: Sudo, Tried: tried,
				Got:  fmt.Sprintf("no answer within %s, it said: %s", askWithin, s.err.noiseText()),
				Hint: fmt.Sprintf("does this work? ssh -t %s@%s sudo true", c.User, c.Address)}
		case <-ctx.Done():
			return c.interrupted(ctx, tried)
		}
		timer.Stop()
		if sign == "" {
			select {
			case sign = <-signs:
			default:
				return s.gone(ctx, tried)
			}
		}
		switch {
		case sign == "root":
			return nil
		case asked:
			return &Error{Host: c.Host, Kind: Sudo, Tried: tried, Got: "sudo refused the password",
				Hint: "is it that of " + c.User + " on this host? It was sent once only"}
		}
		password, err := c.SudoPassword(ctx)
		if err != nil {
			return fmt.Errorf("%s: %s: %w", c.Host, tried, err)
		}
		if strings.ContainsAny(password, "\n\x00") {
			return fmt.Errorf("%s: %s: the password has a line end or a NUL in it", c.Host, tried)
		}
		if _, err := s.channel.Write([]byte(password + "\n")); err != nil {
			return s.gone(ctx, tried)
		}
	}
}

// wantsTerminal reports whether a shell failed because of sudoers' requiretty.
func wantsTerminal(err error) bool {
	return KindOf(err) == Sudo && strings.Contains(err.Error(), "must have a tty")
}
