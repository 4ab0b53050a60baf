package remote

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"odooctl/remote/shell"
)

// privilege is how the shell becomes root. The host decides at the last moment
// between sudo and doas: what is there is known only there.
type privilege struct {
	asks bool   // sudo may ask for a password, with this nonce in its prompt
	tty  bool   // sudo wants a terminal
	mark string // what the prompt and the first line of the root shell hold
}

// bare is the root shell: it reads the bootstrap from its standard input and
// runs it. It tells on standard error that it is there, where somebody waits
// for that.
func (p privilege) bare() string {
	const sh = `IFS= read -r program; eval "$program"`
	if p.mark != "" {
		return "/bin/sh -c " + shell.Quote("echo "+p.mark+" root >&2; "+sh)
	}
	return "/bin/sh -c " + shell.Quote(sh)
}

// command is POSIX sh that becomes root and runs bare.
//
// sudo asks where it has to, on standard error and with the mark in its prompt
// (sudo(8), -S and -p), and only then is it answered; a host that does not ask
// never sees the password. doas cannot read one from standard input.
//
// A terminal is made by script(1) where sudoers has requiretty. sudo looks for a
// controlling terminal and not at its standard input, so the three streams stay
// pipes: nothing is echoed, merged or translated.
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

// either is the command that goes with what the host has.
func either(sudo, doas string) string {
	return "if command -v sudo >/dev/null 2>&1; then\n" + sudo +
		"\nelif command -v doas >/dev/null 2>&1; then\n" + doas +
		"\nelse echo \"sudo: not found, nor doas\" >&2; (exit 127); fi"
}

// wordSize is how long one word of a command may be: csh has a limit for it.
const wordSize = 1000

// encoded is a command that /bin/sh decodes, so that no login shell has anything
// to quote: base64 has no character that one minds.
func encoded(script string) string {
	text := base64.StdEncoding.AppendEncode(nil, []byte(script))
	var b strings.Builder
	b.Grow(len(text) + len(text)/wordSize + 80)
	b.WriteString(`exec /bin/sh -c 'eval "$(printf %s "$@" | base64 -d)"' sh`)
	for word := range slices.Chunk(text, wordSize) {
		b.WriteByte(' ')
		b.Write(word)
	}
	return b.String()
}

// askWithin bounds how long sudo may take between two of its signs.
const askWithin = 20 * time.Second

// become starts a shell in steps: whether sudo asks is waited for, and so is root.
// It takes a round trip more than Shell, and another where sudo asks.
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

// answer gives sudo the password once, and returns when the shell is root's.
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
			return &Error{Host: c.Host, Kind: Sudo, Tried: tried, Got: fmt.Sprintf("no answer within %s, it said: %s", askWithin, s.err.noiseText()),
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

// wantsTerminal tells whether a shell failed for sudoers' requiretty.
func wantsTerminal(err error) bool {
	return KindOf(err) == Sudo && strings.Contains(err.Error(), "must have a tty")
}
