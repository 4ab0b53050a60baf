package remote

import (
	"context"
	"errors"
	"io"
	"net"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/crypto/ssh"
)

// open is Client.Open where no SSH connection of this process leads to the host.
func (m *machine) open(ctx context.Context, c *Client, network, addr, tried string) (Stream, error) {
	if m.forward != nil {
		return m.program(ctx, c.config, addr, tried)
	}
	conn, err := new(net.Dialer).DialContext(ctx, network, addr)
	switch {
	case err == nil:
		return conn.(Stream), nil
	case ctx.Err() != nil:
		return nil, c.config.interrupted(ctx, tried)
	case errors.Is(err, syscall.ECONNREFUSED):
		return nil, c.forwardError(ctx, tried, &ssh.OpenChannelError{Reason: ssh.ConnectionFailed, Message: "connection refused"})
	}
	return nil, c.forwardError(ctx, tried, err)
}

// program has the ssh program connect to addr from the host. Each connection is a
// login of its own, unless ssh_config shares them (ControlMaster); as many log in
// at once as sshd takes (MaxStartups). Whether it worked, the first Read tells.
func (m *machine) program(ctx context.Context, c Config, addr, tried string) (Stream, error) {
	select {
	case m.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, c.interrupted(ctx, tried)
	}
	p := &piped{config: c, tried: tried, cmd: m.forward(addr), leave: sync.OnceFunc(func() { <-m.slots })}
	p.cmd.Stderr = &p.said
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	p.cmd.WaitDelay = time.Second // a ControlPersist master keeps standard error
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

// logins is how many ssh programs log in at once.
const logins = 8

// piped is a connection that an ssh program carries on its standard input and
// output.
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

// Read tells why the program failed in place of the end.
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

// tailBuffer keeps the last words of a program.
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
