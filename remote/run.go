package remote

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"
)

// Run runs a script of POSIX sh in a fresh subshell: umask 077, LC_ALL=C, a fixed PATH,
// in the folder /. stdin becomes the script's standard input, and its length in bytes
// is $odooctl_payload; with no stdin the script reads nothing. stdin is kept in the
// host's memory: for large files see Upload. A non-zero exit code is no error.
//
// When ctx ends, the process group of the shell gets a TERM, which the script may trap.
// Run then waits up to two seconds for it and returns what was printed, with an error;
// the Shell is unusable afterwards. The same signal is sent when the connection is
// lost, so a script that must not stop half-way traps HUP, TERM and PIPE.
func (s *Shell) Run(ctx context.Context, script string, stdin []byte) (Result, error) {
	return s.Follow(ctx, script, stdin, nil)
}

// Follow is Run that also calls line with each line of standard output as it comes, without
// its end. Nothing more is read from the host until line returns.
func (s *Shell) Follow(ctx context.Context, script string, stdin []byte, line func(string)) (Result, error) {
	follow := func(nonce string, a *answer) *frame {
		f := newFrame(nonce, a)
		f.line = line
		return f
	}
	return s.run(ctx, script, follow, func(nonce string) {
		s.client.owned.Go(func() {
			s.writing.Lock()
			defer s.writing.Unlock()
			s.channel.Write(encode(nonce, script, stdin))
		})
	})
}

// run waits for its turn, sends a script, and collects the answer. send does not wait
// for the host.
func (s *Shell) run(ctx context.Context, script string, frame func(nonce string, a *answer) *frame,
	send func(nonce string)) (Result, error) {
	const tried = "run a script"
	if strings.IndexByte(script, 0) >= 0 {
		return Result{}, fmt.Errorf("%s: run a script: it holds a NUL byte", s.client.config.Host)
	}
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return Result{}, s.client.config.interrupted(ctx, tried)
	}
	if e := s.client.config.interrupted(ctx, tried); e != nil {
		return Result{}, e
	}
	if s.dead != nil {
		return Result{}, s.dead
	}
	nonce, err := s.nonce()
	if err != nil {
		return Result{}, err
	}
	both, whole := newAnswer(s.client), make(chan error, 2)
	errs := frame(nonce, both)
	errs.keep, errs.line = keptErrors, nil
	s.out.expect(frame(nonce, both), whole)
	s.err.expect(errs, whole)
	s.client.wire.paced.Add(1)
	defer s.client.wire.paced.Add(-1)
	send(nonce)
	err = s.await(ctx, tried, whole)
	s.started = true
	s.dead = err
	result := Result{Stderr: s.err.output(), Code: s.out.code()}
	result.Stdout = both.end(s.out.result(), err != nil)
	return result, err
}

// await waits for the frames of both outputs, the end of the channel, or the end of
// ctx. An error in either frame returns at once.
func (s *Shell) await(ctx context.Context, tried string, frame <-chan error) error {
	for left := 2; left > 0; left-- {
		select {
		case err := <-frame:
			if err != nil {
				s.hangUp()
				s.client.conn.Close() // otherwise it would go on
				return &Error{Host: s.client.config.Host, Kind: ShellFailed, Tried: tried, Got: err.Error(),
					Hint: "what the script runs prints without end, or the host is not to be trusted", Err: err}
			}
			continue
		case <-ctx.Done():
			s.abort(frame, left)
			return s.client.config.interrupted(ctx, tried)
		case <-s.ended:
		case <-s.exited:
			s.drain()
		}
		select {
		case err := <-frame:
			if err == nil {
				continue
			}
		default:
		}
		return s.gone(ctx, tried)
	}
	return nil
}

// abort closes the script's input, gives it time to clean up, and collects the outputs
// that are left.
func (s *Shell) abort(frame <-chan error, left int) {
	s.hangUp()
	grace := time.After(abortGrace)
	for ; left > 0; left-- {
		select {
		case <-frame:
		case <-s.ended:
			return
		case <-grace:
			return
		}
	}
}

// drain waits for the remaining output of an exited shell. A process that it left
// behind can keep the channel open, so the wait is bounded.
func (s *Shell) drain() {
	select {
	case <-s.ended:
	case <-time.After(abortGrace):
	}
}

func (s *Shell) nonce() (string, error) { return randomHex(s.client.config.Rand) }

func randomHex(random io.Reader) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("draw a nonce: %w", err)
	}
	return hex.EncodeToString(b[:]), nil
}

// scriptEnd is a comment that protects the final newlines of a script from $(...),
// which would drop them and make the length wrong.
const scriptEnd = "\n#"

// encode makes the frame that bootstrap reads.
func encode(nonce, script string, payload []byte) []byte {
	script += scriptEnd
	var b bytes.Buffer
	b.Grow(len(script) + len(payload) + 128)
	fmt.Fprintf(&b, "%s %d %d\n", nonce, len(script), len(payload))
	b.WriteString(script)
	b.Write(payload)
	b.WriteString(nonce + "\n")
	return b.Bytes()
}
