package remote

import (
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"sync"
	"syscall"

	"golang.org/x/crypto/ssh"
)

// Local is a Client for the machine that the program runs on, without SSH: the
// same shell as a child process. Of c it takes Host, User, which is who runs the
// program, Sudo, SudoPassword, Keepalive, Rand and MaxOutput.
//
// A child gets a session and an environment of its own, so it has neither the
// terminal nor the variables of the program. It ends as on a host whose
// connection is lost.
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

	forward func(addr string) *exec.Cmd // carries a connection from the host; nil: the host is this machine
	slots   chan struct{}               // taken while one logs in
}

var _ ssh.Conn = (*machine)(nil)

func (m *machine) User() string          { return m.user }
func (m *machine) SessionID() []byte     { return nil }
func (m *machine) ClientVersion() []byte { return nil }
func (m *machine) ServerVersion() []byte { return nil }
func (m *machine) RemoteAddr() net.Addr  { return &net.UnixAddr{Net: "unix"} }
func (m *machine) LocalAddr() net.Addr   { return &net.UnixAddr{Net: "unix"} }

// SendRequest answers keepalives: this machine is always there.
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

// OpenChannel makes the pipes of a child. It starts with the request exec.
func (m *machine) OpenChannel(name string, _ []byte) (ssh.Channel, <-chan *ssh.Request, error) {
	if name != "session" {
		return nil, nil, &ssh.OpenChannelError{Reason: ssh.UnknownChannelType, Message: name}
	}
	p := &process{requests: make(chan *ssh.Request, 1), start: m.start}
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

// process is a child as a session channel.
type process struct {
	in, out, err          *os.File // our ends
	stdin, stdout, stderr *os.File // the child's, until it has them
	requests              chan *ssh.Request
	start                 func(command string) *exec.Cmd
}

func (p *process) Read(b []byte) (int, error)  { return p.out.Read(b) }
func (p *process) Write(b []byte) (int, error) { return p.in.Write(b) }
func (p *process) CloseWrite() error           { return p.in.Close() }
func (p *process) Stderr() io.ReadWriter       { return p.err }

// Close closes the pipes, as sshd does. The end of its input ends the shell.
func (p *process) Close() error {
	for _, f := range []*os.File{p.in, p.out, p.err} {
		if f != nil {
			f.Close()
		}
	}
	return nil
}

// childEnvironment is as bare as that of a login by SSH.
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
	err := cmd.Start()
	for _, f := range []*os.File{p.stdin, p.stdout, p.stderr} {
		f.Close()
	}
	if err != nil {
		close(p.requests)
		return false, err
	}
	go func() {
		defer close(p.requests)
		p.requests <- ending(cmd.Wait())
	}()
	return true, nil
}

// signalNames are those of RFC 4254 that a shell may be ended by.
var signalNames = map[syscall.Signal]string{syscall.SIGHUP: "HUP", syscall.SIGINT: "INT", syscall.SIGKILL: "KILL",
	syscall.SIGPIPE: "PIPE", syscall.SIGSEGV: "SEGV", syscall.SIGTERM: "TERM"}

// ending tells how a child ended, as RFC 4254, section 6.10, has it.
func ending(err error) *ssh.Request {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			return &ssh.Request{Type: "exit-signal", Payload: ssh.Marshal(struct {
				Name          string
				Core          bool
				Message, Lang string
			}{Name: signalNames[status.Signal()]})}
		}
	}
	code := 0
	if exit != nil {
		code = exit.ExitCode()
	}
	return &ssh.Request{Type: "exit-status", Payload: ssh.Marshal(struct{ Code uint32 }{uint32(code)})}
}
