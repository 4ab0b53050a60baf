package remote

import (
	"context"
	"io"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/crypto/ssh"
)

// program connects to addr from the host by the ssh program. Each connection is a login
// of its own, unless ssh_config shares them (ControlMaster), so the number of
// simultaneous ones stays below sshd's MaxStartups. Whether it worked is known from the
// first Read.
func (m *machine) program(ctx context.Context, c Config, addr, tried string) (Stream, error) {
	select {
	case m.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, c.interrupted(ctx, tried)
	}
	p := &piped{config: c, tried: tried, cmd: m.forward(addr), leave: sync.OnceFunc(func() { <-m.slots })}
	p.cmd.Stderr = &p.said
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	p.cmd.WaitDelay = time.Second // a ControlPersist master keeps standard error open
	var err error
	if p.in, err = p.cmd.StdinPipe(); err == nil {
		if p.out, err = p.cmd.StdoutPipe(); err == nil {
			err = p.cmd.Start()
		}
	}
	if err != nil {
		p.leave()
		return nil, &Error{Host: c.Host, Kind: Unreachable, Tried: tried, Got: err.Error(), Err: err}
	}
	p.wait = sync.OnceValue(p.cmd.Wait)
	return p, nil
}

// logins limits how many ssh programs log in at once.
const logins = 8

// piped is a connection over the standard input and output of an ssh program.
type piped struct {
	config Config
	tried  string
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    io.ReadCloser
	said   tailBuffer
	leave  func()
	wait   func() error
}

func (p *piped) Write(b []byte) (int, error) { return p.in.Write(b) }
func (p *piped) CloseWrite() error           { return p.in.Close() }

// Read returns the reason in place of io.EOF if the program failed.
func (p *piped) Read(b []byte) (int, error) {
	n, err := p.out.Read(b)
	p.leave()
	if err == nil || n > 0 {
		return n, nil
	}
	if p.wait() != nil {
		return 0, p.failed(p.said.String())
	}
	return 0, io.EOF
}

// Close ends the program.
func (p *piped) Close() error {
	p.leave()
	p.in.Close()
	p.cmd.Process.Kill()
	p.wait()
	return nil
}

func (p *piped) failed(said string) error {
	switch {
	case strings.Contains(said, "administratively prohibited"):
		return p.config.refused(p.tried, &ssh.OpenChannelError{Reason: ssh.Prohibited})
	case strings.Contains(said, "connect failed"):
		return p.config.refused(p.tried, &ssh.OpenChannelError{Reason: ssh.ConnectionFailed, Message: said})
	}
	if e := p.config.programError(said); e != nil {
		return e
	}
	return &Error{Host: p.config.Host, Kind: Lost, Tried: p.tried, Got: "ssh ended: " + said}
}

// tailBuffer keeps the end of what a program prints.
type tailBuffer struct {
	mu   sync.Mutex
	text []byte
}

func (t *tailBuffer) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	t.text = t.text[max(0, len(t.text)-2048):]
	return len(p), nil
}

func (t *tailBuffer) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Join(strings.Fields(string(t.text)), " ")
}
