package remote

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"golang.org/x/crypto/ssh"
)

// Local is a Client for the machine that the program runs on, without SSH: the same
// shell as a child process. Of c it uses Host, User (who runs the program), Sudo,
// SudoPassword, Keepalive, Rand and MaxOutput.
//
// A child gets its own session and environment, so it has neither the terminal nor the
// variables of the program. It ends as on a host whose connection is lost.
func Local(c Config) (*Client, error) {
	c.Address = "localhost"
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	return child(c, &machine{start: func(command string) *exec.Cmd {
		cmd := exec.Command("/bin/sh", "-c", command)
		cmd.Env, cmd.Dir = childEnvironment, "/"
		return cmd
	}}), nil
}

// machine is this machine as a connection whose sessions are child processes.
type machine struct {
	user   string
	start  func(command string) *exec.Cmd
	wire   *wire
	closed chan struct{}
	once   sync.Once

	ends    bool                        // a closed session's process is ended, for it may not end by itself
	forward func(addr string) *exec.Cmd // connects to addr from the host; nil: the host is this machine
	slots   chan struct{}               // one for each login in progress
}

var _ ssh.Conn = (*machine)(nil)

func (m *machine) User() string          { return m.user }
func (m *machine) SessionID() []byte     { return nil }
func (m *machine) ClientVersion() []byte { return nil }
func (m *machine) ServerVersion() []byte { return nil }
func (m *machine) RemoteAddr() net.Addr  { return &net.UnixAddr{Net: "unix"} }
func (m *machine) LocalAddr() net.Addr   { return &net.UnixAddr{Net: "unix"} }

// SendRequest answers keepalives: this machine is always alive.
func (m *machine) SendRequest(string, bool, []byte) (bool, []byte, error) {
	m.wire.heard.Add(1)
	return false, nil, nil
}

func (m *machine) Close() error {
	m.once.Do(func() { close(m.closed) })
	return nil
}

func (m *machine) Wait() error {
	<-m.closed
	return io.EOF
}

// OpenChannel makes the pipes of a child; the exec request starts it.
func (m *machine) OpenChannel(name string, _ []byte) (ssh.Channel, <-chan *ssh.Request, error) {
	if name != "session" {
		return nil, nil, &ssh.OpenChannelError{Reason: ssh.UnknownChannelType, Message: name}
	}
	p := &process{requests: make(chan *ssh.Request, 1), start: m.start, ends: m.ends}
	var err error
	for _, end := range []struct{ r, w **os.File }{{&p.stdin, &p.in}, {&p.out, &p.stdout}, {&p.err, &p.stderr}} {
		if *end.r, *end.w, err = os.Pipe(); err != nil {
			p.Close()
			return nil, nil, err
		}
	}
	go func() {
		<-m.closed
		p.Close()
	}()
	return p, p.requests, nil
}

// open implements Client.Open for hosts to which this process has no SSH connection of
// its own.
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
		return nil, c.forwardError(ctx, tried, &ssh.OpenChannelError{Reason: ssh.ConnectionFailed,
			Message: "connection refused"})
	}
	return nil, c.forwardError(ctx, tried, err)
}

// process is a child as a session channel.
type process struct {
	in, out, err          *os.File // our ends
	stdin, stdout, stderr *os.File // the child's, until it has them
	requests              chan *ssh.Request
	start                 func(command string) *exec.Cmd

	ends   bool
	mu     sync.Mutex
	child  *os.Process // nil: not started, or ended
	closed bool
}

func (p *process) Read(b []byte) (int, error)  { return p.out.Read(b) }
func (p *process) Write(b []byte) (int, error) { return p.in.Write(b) }
func (p *process) CloseWrite() error           { return p.in.Close() }
func (p *process) Stderr() io.ReadWriter       { return p.err }

// Close closes the pipes, as sshd does. The end of its input ends the shell; an ssh program
// whose host does not answer does not notice it.
func (p *process) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ends && !p.closed {
		p.closed = true
		p.signal(syscall.SIGTERM)
		time.AfterFunc(abortGrace, func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.signal(syscall.SIGKILL)
		})
	}
	for _, f := range []*os.File{p.in, p.out, p.err} {
		if f != nil {
			f.Close()
		}
	}
	return nil
}

// signal sends a signal to the child's process group, if there is a child.
func (p *process) signal(s syscall.Signal) {
	if p.child != nil {
		syscall.Kill(-p.child.Pid, s)
	}
}

// childEnvironment is as minimal as that of an SSH login.
var childEnvironment = []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"}

// SendRequest starts the child.
func (p *process) SendRequest(name string, _ bool, payload []byte) (bool, error) {
	var m struct{ Command string }
	if name != "exec" || ssh.Unmarshal(payload, &m) != nil {
		return false, nil
	}
	cmd := p.start(m.Command)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = p.stdin, p.stdout, p.stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	p.mu.Lock()
	defer p.mu.Unlock()
	err := errors.New("the session is closed")
	if !p.closed {
		err = cmd.Start()
	}
	for _, f := range []*os.File{p.stdin, p.stdout, p.stderr} {
		f.Close()
	}
	if err != nil {
		close(p.requests)
		return false, err
	}
	p.child = cmd.Process
	go func() {
		defer close(p.requests)
		err := cmd.Wait()
		p.mu.Lock()
		p.child = nil
		p.mu.Unlock()
		p.requests <- ending(err)
	}()
	return true, nil
}
