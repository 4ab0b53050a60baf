// Package hostile has malicious SSH servers: each mode does one thing that no sshd
// does, at one stage of a connection. They run no command and write no file.
//
//	srv, err := hostile.Start(mode) // one of hostile.Modes()
//	defer srv.Close()
package hostile

import (
	"crypto/ed25519"
	"errors"
	"io"
	"net"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

// Mode is one attack. Stages that it leaves nil behave as sshd.
type Mode struct {
	Name string
	Kind string // allowed error, the last words of a remote.Kind; "": no error is fine too

	wire    func(*Conn)                    // the whole connection, before SSH
	config  func(*ssh.ServerConfig, *Conn) // the key exchange and the login
	login   func(ssh.Conn, *Conn)          // after the login
	open    func(ssh.NewChannel, *Conn)    // the session channel is requested
	exec    func(*Session)                 // a command is requested
	Asks    bool                           // the client has a password, for the login and for sudo
	Payload int                            // bytes of standard input for the script
	Upload  bool                           // the client uploads a file
}

// Conn is a connection to the server.
type Conn struct {
	net.Conn
	gone chan struct{} // closed when the other end is gone
	once sync.Once
}

func (c *Conn) Close() error {
	c.once.Do(func() { close(c.gone) })
	return c.Conn.Close()
}

// open reports whether the other end is still connected.
func (c *Conn) open() bool {
	select {
	case <-c.gone:
		return false
	default:
		return true
	}
}

// Server attacks every client.
type Server struct {
	Addr string
	Key  ssh.PublicKey // the host key
	mode Mode
	key  ssh.Signer
	l    net.Listener

	running sync.WaitGroup
	mu      sync.Mutex
	conns   []*Conn
}

// Start listens on the loopback until Close.
func Start(mode Mode) (*Server, error) {
	key, err := signer()
	if err != nil {
		return nil, err
	}
	s := &Server{mode: mode, key: key, Key: key.PublicKey()}
	if s.l, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	s.Addr = s.l.Addr().String()
	s.running.Go(func() {
		for {
			conn, err := s.l.Accept()
			if err != nil {
				return
			}
			c := &Conn{Conn: conn, gone: make(chan struct{})}
			s.mu.Lock()
			s.conns = append(s.conns, c)
			s.mu.Unlock()
			s.running.Go(func() { s.serve(c) })
		}
	})
	return s, nil
}

// Close ends all connections and returns when nothing of the server is left.
func (s *Server) Close() {
	s.l.Close()
	s.mu.Lock()
	for _, c := range s.conns {
		c.Close()
	}
	s.mu.Unlock()
	s.running.Wait()
}

func signer() (ssh.Signer, error) {
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		return nil, err
	}
	return ssh.NewSignerFromKey(private)
}

func (s *Server) serve(c *Conn) {
	defer c.Close()
	if s.mode.wire != nil {
		s.running.Go(func() { // ignores the client's data, but not its end
			io.Copy(io.Discard, c.Conn)
			c.Close()
		})
		s.mode.wire(c)
		return
	}
	config := &ssh.ServerConfig{PublicKeyCallback: func(ssh.ConnMetadata, ssh.PublicKey) (*ssh.Permissions, error) {
		return nil, nil
	}}
	if s.mode.config != nil {
		s.mode.config(config, c)
	}
	if config.ServerVersion != other {
		config.AddHostKey(s.key)
	} else {
		config.ServerVersion = ""
	}
	conn, channels, requests, err := ssh.NewServerConn(c, config)
	if err != nil {
		return
	}
	defer conn.Close()
	s.running.Go(func() {
		conn.Wait()
		c.Close()
	})
	s.running.Go(func() {
		for r := range requests {
			r.Reply(false, nil)
		}
	})
	if s.mode.login != nil {
		s.running.Go(func() { s.mode.login(conn, c) })
	}
	for ch := range channels {
		switch {
		case ch.ChannelType() != "session":
			ch.Reject(ssh.UnknownChannelType, "")
		case s.mode.open != nil:
			s.running.Go(func() { s.mode.open(ch, c) })
		default:
			s.running.Go(func() { s.session(ch, c) })
		}
	}
}

func (s *Server) session(ch ssh.NewChannel, c *Conn) {
	channel, requests, err := ch.Accept()
	if err != nil {
		return
	}
	for r := range requests {
		var m struct{ Command string }
		if r.Type != "exec" || ssh.Unmarshal(r.Payload, &m) != nil {
			r.Reply(false, nil)
			continue
		}
		s.running.Go(func() {
			for r := range requests {
				r.Reply(false, nil)
			}
		})
		text := decoded(m.Command)
		session := &Session{Channel: channel, conn: c, text: text, sftp: strings.Contains(text, "sftp-server")}
		if found := announced.FindStringSubmatch(text); found != nil {
			session.nonce = found[1]
		}
		if s.mode.exec != nil && (!s.mode.Upload || session.sftp) {
			s.mode.exec(session)
			return
		}
		session.answer("hello\n", 0)
		<-c.gone
		return
	}
}

var announced = regexp.MustCompile(`(?:echo "?|\nopening )([0-9a-f]{32}) (?:root|\d)`)

// decoded is the script that a command carries: in words, with numbers for what a shell could interpret.
func decoded(command string) string {
	_, words, found := strings.Cut(command, "' sh '")
	if !found {
		return command
	}
	words = strings.ReplaceAll(strings.TrimSuffix(words, "'"), "' '", "")
	return coded.ReplaceAllStringFunc(words, func(number string) string {
		c, _ := strconv.ParseUint(number[2:], 8, 8)
		return string([]byte{byte(c)})
	})
}

var coded = regexp.MustCompile(`\\0[0-7]{3}`)

// Session is a requested command.
type Session struct {
	ssh.Channel
	conn  *Conn
	text  string // the command
	nonce string // of its first frame
	sftp  bool
}

// key is the nonce that the host draws.
const key = "0123456789abcdef0123456789abcdef"

// say writes to one of the outputs, or to both.
func (s *Session) say(text string, to ...io.Writer) error {
	if to == nil {
		to = []io.Writer{s.Channel, s.Stderr()}
	}
	for _, w := range to {
		if _, err := io.WriteString(w, text); err != nil {
			return err
		}
	}
	return nil
}

func (s *Session) begin() { s.say(s.nonce + " key " + key + "\n" + key + " begin\n") }

func (s *Session) end(code string) { s.say(key + " end " + code + "\n") }

// answer is a shell's answer to its first script.
func (s *Session) answer(output string, code byte) {
	s.begin()
	s.say(output, s.Channel)
	s.end(map[bool]string{true: "0", false: "1"}[code == 0])
}

// exits reports how the command ended, and closes its channel.
func (s *Session) exits(kind string, payload []byte) {
	s.SendRequest(kind, false, payload)
	s.Close()
}

// hold waits until the client is gone.
func (s *Session) hold() { <-s.conn.gone }

// flood writes the same text without end.
func flood(text string, to ...io.Writer) {
	piece := []byte(strings.Repeat(text, 1+16<<10/len(text)))
	for {
		for _, w := range to {
			if _, err := w.Write(piece); err != nil {
				return
			}
		}
	}
}

// drip writes the same text without end, slowly.
func drip(c *Conn, text string, to io.Writer) {
	for {
		select {
		case <-c.gone:
			return
		case <-time.After(20 * time.Millisecond):
		}
		if _, err := io.WriteString(to, text); err != nil {
			return
		}
	}
}

var errRefused = errors.New("refused")
