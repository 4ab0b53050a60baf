package hostile

import (
	"io"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

// version is the identification string of modes that misbehave later; tests use it too.
const version = "SSH-2.0-OpenSSH_9.2\r\n"

// steers is what must not reach a terminal: a title, a cleared screen, a C1 control,
// reversed text, and invisible characters.
const steers = "\x1b]0;owned\x07\x1b[2J\u009b31m\u202eevil\u200b\u2028\U000e0041\xff"

// Modes returns all modes, by stage.
func Modes() []Mode {
	var all []Mode
	for _, stage := range [][]Mode{greeting, exchange, login, session, frames, idle, sudo, upload} {
		all = append(all, stage...)
	}
	return all
}

// The identification string, RFC 4253, section 4.2.
var greeting = []Mode{
	{Name: "silent", Kind: "timeout", wire: func(c *Conn) { <-c.gone }},
	{Name: "closes at once", Kind: "unreachable", wire: func(c *Conn) {}},
	{Name: "greeting without a line end", Kind: "unreachable timeout", wire: func(c *Conn) { flood("x", c) }},
	{Name: "endless lines before the greeting", Kind: "unreachable timeout",
		wire: func(c *Conn) { flood("hello "+steers+"\r\n", c) }},
	{Name: "endless NULs", Kind: "unreachable timeout", wire: func(c *Conn) { flood("\x00", c) }},
	{Name: "greeting that drips", Kind: "unreachable timeout", wire: func(c *Conn) { drip(c, "S", c) }},
	{Name: "old version", Kind: "unreachable timeout", wire: says("SSH-1.5-" + steers + "\r\n")},
	{Name: "another protocol", Kind: "unreachable timeout", wire: says("HTTP/1.1 400 " + steers + "\r\n\r\n")},
	{Name: "busy, with escapes", Kind: "unreachable", wire: func(c *Conn) { io.WriteString(c, steers+"\r\n") }},
	{Name: "shut out, with escapes", Kind: "unreachable",
		wire: func(c *Conn) { io.WriteString(c, "Not allowed at this time"+steers+"\r\n") }},
}

// The key exchange, RFC 4253, sections 6 and 7.
var exchange = []Mode{
	{Name: "closes after the greeting", Kind: "unreachable", wire: func(c *Conn) { io.WriteString(c, version) }},
	{Name: "silent after the greeting", Kind: "timeout", wire: says(version)},
	{Name: "garbage for packets", Kind: "unreachable",
		wire: func(c *Conn) { io.WriteString(c, version); flood("\xde\xad\xbe\xef", c) }},
	{Name: "a packet of 4 GB", Kind: "unreachable", wire: says(version + "\xff\xff\xff\xff\x04")},
	{Name: "a packet of nothing", Kind: "unreachable", wire: says(version + "\x00\x00\x00\x00\x00")},
	{Name: "half a packet", Kind: "timeout", wire: says(version + "\x00\x00\x80\x00\x04\x14")},
	{Name: "disconnects with escapes", Kind: "unreachable", wire: says(version + packet(disconnect(2, steers)))},
	{Name: "endless packets to ignore", Kind: "unreachable timeout",
		wire: func(c *Conn) { io.WriteString(c, version); flood(packet("\x02\x00\x00\x00\x00"), c) }},
	{Name: "endless debug messages", Kind: "unreachable timeout",
		wire: func(c *Conn) { io.WriteString(c, version); flood(packet("\x04\x01"+text(steers)+text("")), c) }},
	{Name: "no algorithm in common", Kind: "unreachable", wire: says(version + packet(kexinit("none-"+steers)))},
	{Name: "endless offers of algorithms", Kind: "unreachable",
		wire: func(c *Conn) { io.WriteString(c, version); flood(packet(kexinit("curve25519-sha256")), c) }},
	{Name: "an offer of 200 kB", Kind: "unreachable",
		wire: says(version + packet(kexinit(strings.Repeat("a,", 100_000))))},
	{Name: "another host key", Kind: "changed",
		config: func(c *ssh.ServerConfig, _ *Conn) { c.AddHostKey(fresh()); c.ServerVersion = other }},
	{Name: "a signature that is wrong", Kind: "unreachable",
		config: func(c *ssh.ServerConfig, _ *Conn) { c.AddHostKey(forged{fresh()}); c.ServerVersion = other }},
}

// The login, RFC 4252 and 4256.
var login = []Mode{
	{Name: "endless banner", Kind: "timeout unreachable", config: func(c *ssh.ServerConfig, conn *Conn) {
		c.PreAuthConnCallback = func(p ssh.ServerPreAuthConn) {
			go func() {
				for p.SendAuthBanner(strings.Repeat(steers, 1000)) == nil {
				}
			}()
		}
		c.PublicKeyCallback = func(ssh.ConnMetadata, ssh.PublicKey) (*ssh.Permissions, error) {
			<-conn.gone
			return nil, errRefused
		}
	}},
	{Name: "never done with factors", Kind: "auth timeout unreachable", config: func(c *ssh.ServerConfig, _ *Conn) {
		c.PublicKeyCallback = more
		c.MaxAuthTries = -1
	}},
	{Name: "questions without end", Kind: "timeout auth unreachable", Asks: true,
		config: func(c *ssh.ServerConfig, conn *Conn) {
			c.PublicKeyCallback = refuse
			c.KeyboardInteractiveCallback = func(_ ssh.ConnMetadata, ask ssh.KeyboardInteractiveChallenge) (*ssh.Permissions,
				error) {
				for {
					if _, err := ask(steers, steers, nil, nil); err != nil {
						return nil, err
					}
				}
			}
		}},
	{Name: "asks for more than a password", Kind: "auth", Asks: true, config: func(c *ssh.ServerConfig, _ *Conn) {
		c.PublicKeyCallback = refuse
		c.KeyboardInteractiveCallback = func(_ ssh.ConnMetadata, ask ssh.KeyboardInteractiveChallenge) (*ssh.Permissions,
			error) {
			_, err := ask(steers, steers, []string{"key of your bank" + steers, "PIN"}, []bool{true, true})
			return nil, err
		}
	}},
	{Name: "refuses every key", Kind: "auth",
		config: func(c *ssh.ServerConfig, _ *Conn) { c.PublicKeyCallback = refuse }},
	{Name: "never answers a key", Kind: "timeout", config: func(c *ssh.ServerConfig, conn *Conn) {
		c.PublicKeyCallback = func(ssh.ConnMetadata, ssh.PublicKey) (*ssh.Permissions, error) {
			<-conn.gone
			return nil, errRefused
		}
	}},
	{Name: "closes when it gets a key", Kind: "unreachable", config: func(c *ssh.ServerConfig, conn *Conn) {
		c.PublicKeyCallback = func(ssh.ConnMetadata, ssh.PublicKey) (*ssh.Permissions, error) {
			conn.Close()
			return nil, errRefused
		}
	}},
	{Name: "lets in and closes", Kind: "lost unreachable", login: func(_ ssh.Conn, c *Conn) { c.Close() }},
	{Name: "lets in and sends garbage", Kind: "lost unreachable",
		login: func(_ ssh.Conn, c *Conn) { flood("garbage", c.Conn) }},
}

// The session, RFC 4254.
var session = []Mode{
	{Name: "refuses sessions, with escapes", Kind: "shell",
		open: func(ch ssh.NewChannel, _ *Conn) { ch.Reject(ssh.Prohibited, steers) }},
	{Name: "never answers for a session", Kind: "timeout", open: func(_ ssh.NewChannel, c *Conn) { <-c.gone }},
	{Name: "never hears a command", Kind: "timeout", open: func(ch ssh.NewChannel, c *Conn) { ch.Accept(); <-c.gone }},
	{Name: "requests of the connection without end", Kind: "timeout lost", login: func(conn ssh.Conn, _ *Conn) {
		for {
			if _, _, err := conn.SendRequest("hostkeys-00@openssh.com", false, make([]byte, 32<<10)); err != nil {
				return
			}
		}
	}, exec: (*Session).hold},
	{Name: "channels without end", Kind: "timeout lost", login: func(conn ssh.Conn, c *Conn) {
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for c.open() {
					conn.OpenChannel("x11", make([]byte, 8<<10))
				}
			})
		}
		all.Wait()
	}, exec: (*Session).hold},
	{Name: "requests of the session without end", Kind: "timeout lost", exec: func(s *Session) {
		for {
			if _, err := s.SendRequest("window-change", false, make([]byte, 32<<10)); err != nil {
				return
			}
		}
	}},
	{Name: "keys without end", Kind: "shell", config: func(c *ssh.ServerConfig, _ *Conn) { c.RekeyThreshold = 1 },
		exec: func(s *Session) { s.begin(); flood("x", s.Channel) }},
	{Name: "ends at once", Kind: "shell lost", exec: func(s *Session) { s.Close() }},
	{Name: "no more output, and no end", Kind: "timeout", exec: func(s *Session) { s.CloseWrite(); s.hold() }},
	{Name: "closes the connection", Kind: "lost", exec: func(s *Session) { s.conn.Close() }},
	{Name: "exits with a code", Kind: "shell", exec: func(s *Session) { s.exits("exit-status", []byte{0, 0, 0, 0}) }},
	{Name: "exits with half a code", Kind: "shell", exec: func(s *Session) { s.exits("exit-status", []byte{0}) }},
	{Name: "exits many times", Kind: "shell", exec: func(s *Session) {
		for range 100 {
			s.SendRequest("exit-status", false, []byte{0, 0, 0, 9})
		}
		s.exits("exit-signal", nil)
	}},
	{Name: "killed by a signal with escapes", Kind: "shell", exec: func(s *Session) {
		s.exits("exit-signal", ssh.Marshal(struct {
			Name          string
			Core          bool
			Message, Lang string
		}{steers, true, steers, steers}))
	}},
	{Name: "dies with escapes", Kind: "shell",
		exec: func(s *Session) { s.say(steers + "\n"); s.exits("exit-status", []byte{0, 0, 0, 1}) }},
	{Name: "exits and holds the channel", Kind: "shell timeout",
		exec: func(s *Session) { s.SendRequest("exit-status", false, []byte{0, 0, 0, 1}); s.hold() }},
	{Name: "no room for input", Kind: "room", Payload: 100, exec: func(s *Session) {
		s.answer("hello\n", 0)
		s.say("odooctl: no room for 100 bytes\n", s.Stderr())
		s.exits("exit-status", []byte{0, 0, 0, 74})
	}},
	{Name: "takes no input", Kind: "timeout lost", Payload: 8 << 20,
		exec: func(s *Session) { s.answer("hello\n", 0); s.hold() }},
}

func says(text string) func(*Conn) {
	return func(c *Conn) { io.WriteString(c, text); <-c.gone }
}

func refuse(ssh.ConnMetadata, ssh.PublicKey) (*ssh.Permissions, error) { return nil, errRefused }

// more requests another factor after each success.
func more(ssh.ConnMetadata, ssh.PublicKey) (*ssh.Permissions, error) {
	time.Sleep(time.Millisecond)
	return nil, &ssh.PartialSuccessError{Next: ssh.ServerAuthCallbacks{PublicKeyCallback: more}}
}
