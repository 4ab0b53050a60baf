package remotetest

import (
	"net"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/ssh"
)

// Faults makes a Server faulty or unusual. The zero value is a healthy server with key
// login.
type Faults struct {
	DropHandshakes int           // this many connections are closed as soon as they are made
	Greeting       string        // sent on those before the close
	Stall          bool          // connections are accepted and never answered
	Slow           time.Duration // pause before every write to the client
	DropAfter      int64         // each connection is cut after this many bytes to the client; 0: never

	MaxStartups    int // concurrent handshakes; further connections are closed at once; 0: no bound
	RefuseAuth     bool
	MaxAuthTries   int           // keys that may be offered; 0: sshd's 6
	DropLogin      bool          // the connection is cut when the first key is offered
	HandshakePause time.Duration // before the login is answered
	RefuseSession  int           // the session channel with this number, from 1, is refused
	StallSessions  bool          // session channels are neither accepted nor refused
	NoForwarding   bool          // direct-tcpip is refused

	Password    string // also logs in; "": no password does
	Interactive bool   // the password is accepted only as the answer to a question

	Algorithms ssh.Config // what the server negotiates; empty: the library's own
	SHA1       bool       // the host key is an RSA key that signs by SHA-1 alone

	LoginShell string   // default /bin/sh
	Env        []string // added to the environment of children
}

// faulty is a connection as the server sees it.
type faulty struct {
	net.Conn
	server *Server
	sent   atomic.Int64
	frozen atomic.Bool
	close  sync.Once
	gone   chan struct{}
}

func (c *faulty) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.hold()
	return n, err
}

func (c *faulty) Write(p []byte) (int, error) {
	f := c.server.faults
	time.Sleep(f.Slow)
	c.hold()
	if sent := c.sent.Add(int64(len(p))); f.DropAfter > 0 && sent > f.DropAfter {
		c.Close()
	}
	return c.Conn.Write(p)
}

// hold blocks a frozen connection until it is closed.
func (c *faulty) hold() {
	if c.frozen.Load() {
		<-c.gone
	}
}

func (c *faulty) Close() error {
	c.close.Do(func() {
		close(c.gone)
		c.server.mu.Lock()
		delete(c.server.conns, c)
		c.server.mu.Unlock()
	})
	return c.Conn.Close()
}
