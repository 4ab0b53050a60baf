package remotetest

import (
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"

	"golang.org/x/crypto/ssh"
)

// session serves one session channel: exec only. As sshd does, it does not kill
// the child when the client goes away, it only closes the child's pipes.
func (s *Server) session(ch ssh.NewChannel, gone <-chan struct{}) {
	n := s.count(&s.counts.Sessions)
	switch {
	case n == s.faults.RefuseSession:
		ch.Reject(ssh.ConnectionFailed, "open failed")
		return
	case s.faults.StallSessions:
		<-gone
		return
	}
	channel, requests, err := ch.Accept()
	if err != nil {
		return
	}
	for r := range requests {
		var m struct{ Command string }
		if r.Type == "exec" && ssh.Unmarshal(r.Payload, &m) == nil {
			r.Reply(true, nil)
			s.running.Go(func() { answer(requests) })
			s.exec(channel, m.Command, gone)
			return
		}
		r.Reply(false, nil)
	}
}

func (s *Server) exec(channel ssh.Channel, command string, gone <-chan struct{}) {
	s.executing.Add(1)
	defer s.executing.Done()
	defer channel.Close()
	shell := s.faults.LoginShell
	if shell == "" {
		shell = "/bin/sh"
	}
	cmd := exec.Command(shell, "-c", command)
	cmd.Dir = s.Home
	cmd.Env = append([]string{"PATH=" + s.Home + ":/usr/bin:/bin", "HOME=" + s.Home, "USER=" + s.User,
		"LANG=de_DE.UTF-8"}, s.faults.Env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	stdin, stdinErr := cmd.StdinPipe()
	out, outErr := pipe(&cmd.Stdout)
	errs, errsErr := pipe(&cmd.Stderr)
	if stdinErr != nil || outErr != nil || errsErr != nil {
		return
	}
	err := cmd.Start()
	cmd.Stdout.(*os.File).Close()
	cmd.Stderr.(*os.File).Close()
	if err != nil {
		return
	}
	s.mu.Lock()
	s.children = append(s.children, cmd.Process.Pid)
	s.mu.Unlock()

	s.running.Go(func() {
		io.Copy(stdin, channel)
		stdin.Close()
	})
	var output sync.WaitGroup
	output.Go(func() { copyOut(channel, out) })
	output.Go(func() { copyOut(channel.Stderr(), errs) })

	ended := make(chan struct{})
	defer close(ended)
	s.running.Go(func() {
		select {
		case <-gone:
			stdin.Close()
			out.Close()
			errs.Close()
		case <-ended:
		}
	})
	cmd.Wait()
	status := struct{ Code uint32 }{uint32(max(cmd.ProcessState.ExitCode(), 0))}
	channel.SendRequest("exit-status", false, ssh.Marshal(status))
	output.Wait()
}

// pipe makes a pipe whose other end becomes w. With os/exec's own pipes, Wait could
// close them before they are read.
func pipe(w *io.Writer) (*os.File, error) {
	r, child, err := os.Pipe()
	*w = child
	return r, err
}

func copyOut(w io.Writer, r *os.File) {
	io.Copy(w, r)
	r.Close()
}

// killChildren ends the process groups of all children.
func (s *Server) killChildren() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, pid := range s.children {
		syscall.Kill(-pid, syscall.SIGKILL)
	}
}

// WaitForChildren returns when every child has ended.
func (s *Server) WaitForChildren() { s.executing.Wait() }
