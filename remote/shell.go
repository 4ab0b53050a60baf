package remote

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

// Shell is one POSIX sh on the host that runs scripts, one at a time, each in its own
// subshell. It is safe for concurrent use; scripts queue up.
//
// Background processes of a script end with the Shell, unless they moved to their own
// session (setsid, systemd-run).
type Shell struct {
	client  *Client
	channel ssh.Channel
	out     *stream
	err     *stream
	turn    chan struct{} // held by the running script
	writing sync.Mutex    // held while a frame or a heartbeat is written
	exited  chan struct{} // closed when the host reported the end of the process
	status  string        // how it ended; set before exited is closed
	ended   chan struct{} // closed when the channel has ended
	started bool          // a script has run; guarded by turn
	dead    error         // why no more scripts can run; guarded by turn
}

// Result is the outcome of a script.
type Result struct {
	Stdout, Stderr []byte
	Code           int // 0-255; 128 + N when signal N ended it
}

// abortGrace is how long an interrupted script has for its cleanup before Run stops
// reading. The script itself may go on.
const abortGrace = 2 * time.Second

// Shell starts a shell, as root if Config.Sudo is set. Whether it could start is known
// from the first Run. Start saves a round trip.
func (c *Client) Shell(ctx context.Context) (*Shell, error) {
	if c.config.asks() {
		return c.become(ctx, false)
	}
	s, err := c.open(ctx)
	if err != nil {
		return nil, err
	}
	// The answer to exec is not awaited: the first script follows, and its answer or
	// the end of the channel shows whether the shell started.
	s.exec(c.config.command())
	s.feed()
	return s, nil
}

// feed sends the bootstrap.
func (s *Shell) feed() {
	s.writing.Lock()
	s.client.owned.Go(func() {
		defer s.writing.Unlock()
		s.channel.Write([]byte(bootstrap(s.client.config.silence()) + "\n"))
	})
}

// open makes a Shell that runs no command yet.
func (c *Client) open(ctx context.Context) (*Shell, error) {
	channel, requests, err := c.session(ctx)
	if err != nil {
		return nil, err
	}
	s := &Shell{client: c, channel: channel, turn: make(chan struct{}, 1),
		out: new(stream), err: new(stream), exited: make(chan struct{}), ended: make(chan struct{})}
	var reading sync.WaitGroup
	for stream, from := range map[*stream]io.Reader{s.out: channel, s.err: channel.Stderr()} {
		reading.Go(func() {
			if stream.copy(taking{from, c.wire}) != nil {
				c.conn.Close()
			}
		})
	}
	reading.Go(func() { s.watch(requests) })
	c.owned.Go(func() {
		reading.Wait()
		close(s.ended)
	})
	c.owned.Go(s.live)
	return s, nil
}

// exec requests a command. A broken connection shows in what is awaited next.
func (s *Shell) exec(command string) {
	s.channel.SendRequest("exec", false, ssh.Marshal(struct{ Command string }{command}))
}

// session opens the channel. If ctx ends before the host answers, the attempt stays
// open until the Client ends.
func (c *Client) session(ctx context.Context) (ssh.Channel, <-chan *ssh.Request, error) {
	const tried = "open a session"
	type opened struct {
		channel  ssh.Channel
		requests <-chan *ssh.Request
		err      error
	}
	result := make(chan opened)
	c.owned.Go(func() {
		channel, requests, err := c.conn.OpenChannel("session", nil)
		select {
		case result <- opened{channel, requests, err}:
		case <-ctx.Done():
			if err == nil {
				go ssh.DiscardRequests(requests)
				channel.Close()
			}
		}
	})
	var o opened
	select {
	case o = <-result:
	case <-ctx.Done():
		return nil, nil, c.config.interrupted(ctx, tried)
	}
	var rejected *ssh.OpenChannelError
	switch {
	case o.err == nil:
		return o.channel, o.requests, nil
	case errors.As(o.err, &rejected):
		return nil, nil, &Error{Host: c.config.Host, Kind: ShellFailed, Tried: tried,
			Got:  "sshd refused it: " + rejected.Message,
			Hint: "MaxSessions in its sshd_config is reached, or 0", Err: o.err}
	}
	if lost := c.lost(ctx, tried); lost != nil {
		return nil, nil, lost
	}
	return nil, nil, &Error{Host: c.config.Host, Kind: ShellFailed, Tried: tried, Got: o.err.Error(), Err: o.err}
}

// watch waits for the end of the remote process and then of the channel.
func (s *Shell) watch(requests <-chan *ssh.Request) {
	for r := range requests {
		switch {
		case s.status != "":
		case r.Type == "exit-status":
			s.status = exitStatus(r.Payload)
			close(s.exited)
		case r.Type == "exit-signal":
			s.status = exitSignal(r.Payload)
			close(s.exited)
		}
		r.Reply(false, nil)
	}
}

// live sends the heartbeats that keep the remote shell from exiting.
func (s *Shell) live() {
	tick := time.NewTicker(s.client.config.Keepalive)
	defer tick.Stop()
	for {
		select {
		case <-s.ended:
			return
		case <-tick.C:
		}
		if s.writing.TryLock() {
			s.channel.Write([]byte("\n"))
			s.writing.Unlock()
		}
	}
}

// Close ends the shell and everything in its process group, with a TERM.
func (s *Shell) Close() error {
	s.hangUp()
	select {
	case <-s.ended:
	case <-time.After(abortGrace):
	}
	s.channel.Close()
	return nil
}

// hangUp closes the standard input of the remote shell, which then sends TERM to its
// process group. If a frame is only partly written, its script has not started, and the
// whole channel can be closed.
func (s *Shell) hangUp() {
	if !s.writing.TryLock() {
		s.channel.Close()
		return
	}
	defer s.writing.Unlock()
	s.channel.CloseWrite()
}

// gone is the error for a shell that has ended.
func (s *Shell) gone(ctx context.Context, tried string) error {
	select {
	case <-s.exited:
	default:
		if lost := s.client.lost(ctx, tried); lost != nil {
			return lost
		}
	}
	said := strings.TrimSuffix(s.err.noiseText(), " | Terminated") // sh reports its own TERM to the group
	if out := s.out.noiseText(); out != "" {
		said = strings.TrimPrefix(said+" | "+out, " | ")
	}
	return s.client.config.shellError(tried, s.ending(), said, s.started)
}

func (s *Shell) ending() string {
	select {
	case <-s.exited:
		return s.status
	default:
		return "the channel was closed"
	}
}
