package remote

import (
	"context"
	_ "embed"
	"strconv"

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

//go:embed opening.sh
var opener string

// opening is the command that starts a shell with its first script.
func (c Config) opening(nonce, script string) string {
	script += scriptEnd
	text := shell.Call(opener, "opening", nonce, strconv.Itoa(len(script)), bootstrap(c.silence()), script, c.shell())
	return encoded(text)
}
