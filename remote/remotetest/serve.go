package remotetest

import (
	"bytes"
	"errors"
	"io"
	"net"
	"strconv"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

// serve handles one connection.
func (s *Server) serve(c *faulty) {
	defer c.Close()
	switch n := s.count(&s.counts.Connections); {
	case n <= s.faults.DropHandshakes:
		io.WriteString(c, s.faults.Greeting)
		return
	case s.faults.Stall:
		<-c.gone
		return
	}
	if !s.start() {
		return
	}
	conn, channels, requests, err := ssh.NewServerConn(c, s.sshConfig(c))
	s.started()
	if err != nil {
		return
	}
	defer conn.Close()
	s.count(&s.counts.Logins)
	s.running.Go(func() { answer(requests) })
	for ch := range channels {
		switch ch.ChannelType() {
		case "session":
			s.running.Go(func() { s.session(ch, c.gone) })
		case "direct-tcpip":
			s.running.Go(func() { s.forward(ch, c.gone) })
		default:
			ch.Reject(ssh.UnknownChannelType, ch.ChannelType())
		}
	}
}

// start counts a handshake; it returns false if there are too many.
func (s *Server) start() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults.MaxStartups > 0 && s.starting >= s.faults.MaxStartups {
		return false
	}
	s.starting++
	s.counts.Handshakes = max(s.counts.Handshakes, s.starting)
	return true
}

func (s *Server) started() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.starting--
}

// answer fails keepalives, as sshd does.
func answer(requests <-chan *ssh.Request) {
	for r := range requests {
		r.Reply(false, nil)
	}
}

func (s *Server) sshConfig(c *faulty) *ssh.ServerConfig {
	config := &ssh.ServerConfig{
		Config:       s.faults.Algorithms,
		MaxAuthTries: s.faults.MaxAuthTries,
		PublicKeyCallback: func(conn ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
			time.Sleep(s.faults.HandshakePause)
			s.count(&s.counts.Offers)
			if s.faults.DropLogin {
				c.Close()
			}
			if s.faults.RefuseAuth || conn.User() != s.User && conn.User() != "root" || !s.admits(conn.User(), key) {
				return nil, errors.New("refused")
			}
			return nil, nil
		},
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	check := func(_ ssh.ConnMetadata, password []byte) (*ssh.Permissions, error) {
		s.count(&s.counts.Passwords)
		if string(password) != s.faults.Password {
			return nil, errors.New("refused")
		}
		return nil, nil
	}
	if s.faults.Password != "" && !s.faults.Interactive {
		config.PasswordCallback = check
	}
	if s.faults.Password != "" {
		config.KeyboardInteractiveCallback = func(conn ssh.ConnMetadata,
			ask ssh.KeyboardInteractiveChallenge) (*ssh.Permissions, error) {
			answers, err := ask("", "", []string{"Password: "}, []bool{false})
			if err != nil || len(answers) != 1 {
				return nil, errors.New("refused")
			}
			return check(conn, []byte(answers[0]))
		}
	}
	for _, key := range append([]ssh.Signer{s.hostKey}, s.moreKeys...) {
		config.AddHostKey(key)
	}
	return config
}

// admits reports whether a user may log in with a key or certificate.
func (s *Server) admits(user string, key ssh.PublicKey) bool {
	s.mu.Lock()
	own, authority := s.key, s.userCA
	s.mu.Unlock()
	cert, ok := key.(*ssh.Certificate)
	if !ok {
		return bytes.Equal(key.Marshal(), own.Marshal())
	}
	checker := ssh.CertChecker{IsUserAuthority: func(k ssh.PublicKey) bool {
		return authority != nil && bytes.Equal(k.Marshal(), authority.Marshal())
	}}
	return checker.IsUserAuthority(cert.SignatureKey) && checker.CheckCert(user, cert) == nil
}

// forward serves one direct-tcpip channel, to loopback only.
func (s *Server) forward(ch ssh.NewChannel, gone <-chan struct{}) {
	s.count(&s.counts.Forwards)
	var m struct {
		Host       string
		Port       uint32
		OriginHost string
		OriginPort uint32
	}
	if ssh.Unmarshal(ch.ExtraData(), &m) != nil || s.faults.NoForwarding {
		ch.Reject(ssh.Prohibited, "open failed")
		return
	}
	if ip := net.ParseIP(m.Host); ip == nil || !ip.IsLoopback() {
		ch.Reject(ssh.Prohibited, "not a loopback address")
		return
	}
	target, err := net.Dial("tcp", net.JoinHostPort(m.Host, strconv.Itoa(int(m.Port))))
	if err != nil {
		ch.Reject(ssh.ConnectionFailed, err.Error())
		return
	}
	channel, requests, err := ch.Accept()
	if err != nil {
		target.Close()
		return
	}
	s.running.Go(func() { answer(requests) })
	ended := make(chan struct{})
	defer close(ended)
	s.running.Go(func() {
		select {
		case <-gone:
			target.Close()
		case <-ended:
		}
	})
	var both sync.WaitGroup
	both.Go(func() {
		io.Copy(target, channel)
		target.(*net.TCPConn).CloseWrite()
	})
	both.Go(func() {
		io.Copy(channel, target)
		channel.CloseWrite()
	})
	both.Wait()
	channel.Close()
	target.Close()
}
