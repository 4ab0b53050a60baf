package remote

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Succeeds runs a command by the operator's shell, as Match exec of ssh_config has it, and
// reports whether its status is 0. It may take ten seconds.
func Succeeds(ctx context.Context, command string) bool {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	cmd := byShell(command)
	if cmd.Start() != nil {
		return false
	}
	stop := context.AfterFunc(ctx, func() { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	defer stop()
	return cmd.Wait() == nil
}

// byShell is a command of the operator in a process group of its own: an interrupt is for
// odooctl, which ends the command.
func byShell(command string) *exec.Cmd {
	shell := os.Getenv("SHELL")
	if shell == "" {
		shell = "/bin/sh"
	}
	cmd := exec.Command(shell, "-c", command)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd
}

// proxyCommand is ProxyCommand with its tokens replaced. As ssh since 9.6, it refuses names
// that the shell would take for more than a name.
func (c Config) proxyCommand() (string, error) {
	for _, name := range []string{c.Address, c.Host, c.User, c.HostKeyAlias} {
		if strings.HasPrefix(name, "-") || strings.ContainsAny(name, "'`\"$\\;&<>|(){} \t\n") {
			return "", fmt.Errorf("%q cannot be given to a shell", name)
		}
	}
	alias := c.HostKeyAlias
	if alias == "" {
		alias = c.Host
	}
	return "exec " + strings.NewReplacer("%%", "%", "%h", c.Address, "%n", c.Host, "%k", alias,
		"%p", strconv.Itoa(c.Port), "%r", c.User).Replace(c.ProxyCommand), nil
}

// proxied is a connection over the standard input and output of a ProxyCommand.
type proxied struct {
	net.Conn
	command string
	said    tailBuffer
	ended   chan struct{} // closed when the process has ended
	process *exec.Cmd
	err     error // how it ended
	close   func() error
}

// dialProxy starts the ProxyCommand. It ends with the connection.
func (c Config) dialProxy(ctx context.Context, _, _ string) (net.Conn, error) {
	command, err := c.proxyCommand()
	if err != nil {
		return nil, err
	}
	pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	ours, theirs := os.NewFile(uintptr(pair[0]), "proxy"), os.NewFile(uintptr(pair[1]), "proxy")
	defer ours.Close()
	defer theirs.Close()
	conn, err := net.FileConn(ours)
	if err != nil {
		return nil, err
	}
	p := &proxied{Conn: conn, command: c.ProxyCommand, ended: make(chan struct{}), process: byShell(command)}
	p.close = sync.OnceValue(p.end)
	p.process.Stdin, p.process.Stdout, p.process.Stderr = theirs, theirs, &p.said
	p.process.WaitDelay = time.Second // what it left behind may keep standard error open
	if err := p.process.Start(); err != nil {
		conn.Close()
		return nil, err
	}
	go func() {
		p.err = p.process.Wait()
		close(p.ended)
	}()
	return p, nil
}

// proxyGrace is how long a ProxyCommand has to end by itself.
const proxyGrace = time.Second

func (p *proxied) Read(b []byte) (int, error) {
	n, err := p.Conn.Read(b)
	return n, p.why(err)
}

func (p *proxied) Write(b []byte) (int, error) {
	n, err := p.Conn.Write(b)
	return n, p.why(err)
}

// why tells how the command has failed in place of the end of its output.
func (p *proxied) why(err error) error {
	if !isDrop(err) {
		return err
	}
	select {
	case <-p.ended:
	case <-time.After(proxyGrace):
		return err
	}
	if p.err == nil {
		return err
	}
	return &proxyError{p.command, p.err.Error(), p.said.String()}
}

func (p *proxied) Close() error { return p.close() }

// end ends the command and what it started, by a HUP as ssh does, and returns when it has
// ended.
func (p *proxied) end() error {
	err := p.Conn.Close()
	for _, signal := range []syscall.Signal{syscall.SIGHUP, syscall.SIGKILL} {
		syscall.Kill(-p.process.Process.Pid, signal)
		select {
		case <-p.ended:
			return err
		case <-time.After(proxyGrace):
		}
	}
	<-p.ended
	return err
}

// proxyError is how a ProxyCommand failed.
type proxyError struct{ command, status, said string }

func (e *proxyError) Error() string {
	text := "ProxyCommand ended: " + e.status
	if e.said != "" {
		text += ": " + e.said
	}
	return text
}
