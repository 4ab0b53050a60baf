package remote

import (
	"context"
	"fmt"

	"odooctl/remote/shell"
)

// maxOpening is the longest script that fits, encoded, into one argument of 128 KiB
// (MAX_ARG_STRLEN, execve(2)).
const maxOpening = 64 << 10

// Start starts a shell and runs a first script, one round trip faster than Shell and
// Run: sshd grants no window for standard input before it has answered exec, so the
// script travels in the command itself. Every user of the host can read it there: it
// must hold no secret. A script of more than 64 KiB costs the round trip.
//
// If sudo may ask for a password, or wants a terminal, becoming root costs one or two
// more round trips.
func (c *Client) Start(ctx context.Context, script string) (*Shell, Result, error) {
	s, r, err := c.start(ctx, script)
	if err == nil || !wantsTerminal(err) {
		return s, r, err
	}
	if s, err = c.become(ctx, true); err != nil {
		return nil, Result{}, err
	}
	return s.opened(s.Run(ctx, script, nil))
}

func (c *Client) start(ctx context.Context, script string) (*Shell, Result, error) {
	if len(script) > maxOpening || c.config.asks() {
		s, err := c.Shell(ctx)
		if err != nil {
			return nil, Result{}, err
		}
		return s.opened(s.Run(ctx, script, nil))
	}
	s, err := c.open(ctx)
	if err != nil {
		return nil, Result{}, err
	}
	return s.opened(s.run(ctx, script, newOpening, func(nonce string) {
		s.exec(c.config.opening(nonce, script))
	}))
}

// opened closes a shell whose first script did not complete.
func (s *Shell) opened(r Result, err error) (*Shell, Result, error) {
	if err != nil {
		s.channel.Close()
		return nil, r, err
	}
	return s, r, nil
}

// opener is run by the login user. It writes the bootstrap and the first frame to the
// shell, and then its standard input. The nonce in it is no secret, so the host draws a
// new one for the frame and announces it before any script runs.
const opener = `trap : HUP TERM
set -- $(od -vAn -N16 -tx8 /dev/urandom)
echo "%[1]s key $1$2"; echo "%[1]s key $1$2" >&2
{
	printf "%%s\n%%s %[2]d 0\n%%s%%s\n" %[3]s $1$2 %[4]s $1$2
	exec cat
} | {
	trap : HUP TERM
	%[5]s
	code=$?
	kill -TERM 0
	exit $code
}`

// opening is the command that starts a shell with its first script.
func (c Config) opening(nonce, script string) string {
	script += scriptEnd
	text := fmt.Sprintf(opener, nonce, len(script), shell.Quote(bootstrap(c.silence())), shell.Quote(script), c.shell())
	return encoded(text)
}
