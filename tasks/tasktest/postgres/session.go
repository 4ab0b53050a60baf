package postgres

import (
	"bufio"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/netip"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Query runs one statement as postgres and returns the first column of its first row.
// It ends the test if the server refuses.
func (s *Server) Query(sql string) string {
	s.t.Helper()
	value, err := s.session.query(sql)
	if err != nil {
		s.t.Fatalf("PostgreSQL %d: %.200s: %v", s.Major, sql, err)
	}
	return value
}

// As is Query as another user and in another database. It returns the server's refusal.
func (s *Server) As(user, database, sql string) (string, error) {
	wire, err := s.open(user, database)
	if err != nil {
		return "", err
	}
	defer wire.close()
	return wire.query(sql)
}

// Login is a login attempt.
type Login struct {
	From     netip.Addr // a loopback address; the zero Addr uses the unix socket
	TLS      bool
	User     string
	Database string
}

// Answer is the server's answer to a login.
type Answer struct {
	Auth  uint32 // the requested method: 0 nothing, 3 a password, 5 MD5, 10 SASL; ^0: it refused
	Error string // its refusal
}

// refused is Answer.Auth if the server requested nothing.
const refused = ^uint32(0)

// Knock begins a login, sends a wrong password if a plain one is requested, and returns
// the server's answer.
func (s *Server) Knock(l Login) Answer {
	s.t.Helper()
	c, err := s.dial(l.From)
	if err != nil {
		s.t.Fatal(err)
	}
	defer c.Close()
	if l.TLS {
		if c, err = secure(c); err != nil {
			s.t.Fatal(err)
		}
	}
	wire := &session{conn: c, in: bufio.NewReader(c)}
	wire.startup(l.User, l.Database)
	a := Answer{Auth: refused}
	for {
		kind, body, err := wire.receive()
		switch {
		case err != nil:
			s.t.Fatalf("%+v: %v", l, err)
		case kind == 'E':
			a.Error = message(body)
			return a
		case kind == 'R':
			a.Auth = binary.BigEndian.Uint32(body)
			if a.Auth != 3 {
				return a
			}
			wire.send('p', []byte("wrong\x00"))
		}
	}
}

func (s *Server) dial(from netip.Addr) (net.Conn, error) {
	if !from.IsValid() {
		return net.DialTimeout("unix", filepath.Join(s.Dir, fmt.Sprintf(".s.PGSQL.%d", s.Port)), time.Second)
	}
	d := net.Dialer{Timeout: time.Second, LocalAddr: net.TCPAddrFromAddrPort(netip.AddrPortFrom(from, 0))}
	return d.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", s.Port))
}

// secure starts TLS as clients of PostgreSQL do.
func secure(c net.Conn) (net.Conn, error) {
	if _, err := c.Write([]byte{0, 0, 0, 8, 4, 210, 22, 47}); err != nil { // SSLRequest, protocol documentation 53.7
		return nil, err
	}
	var answer [1]byte
	if _, err := io.ReadFull(c, answer[:]); err != nil || answer[0] != 'S' {
		return nil, fmt.Errorf("the server answers %q to a request for TLS: %v", answer, err)
	}
	t := tls.Client(c, &tls.Config{InsecureSkipVerify: true})
	return t, t.Handshake()
}

// session speaks the protocol of PostgreSQL, version 3.
type session struct {
	conn net.Conn
	in   *bufio.Reader
}

func (s *Server) open(user, database string) (*session, error) {
	c, err := s.dial(netip.Addr{})
	if err != nil {
		return nil, err
	}
	wire := &session{conn: c, in: bufio.NewReader(c)}
	wire.startup(user, database)
	if _, err := wire.rows(); err != nil {
		c.Close()
		return nil, err
	}
	return wire, nil
}

func (w *session) close() { w.conn.Close() }

func (w *session) startup(user, database string) {
	body := binary.BigEndian.AppendUint32(nil, 3<<16)
	body = append(body, "user\x00"+user+"\x00database\x00"+database+"\x00\x00"...)
	w.conn.SetDeadline(time.Now().Add(20 * time.Second))
	w.conn.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(body)+4)),
		body...)) // a failure shows in the answer
}

func (w *session) send(kind byte, body []byte) {
	w.conn.SetDeadline(time.Now().Add(20 * time.Second))
	w.conn.Write(append(binary.BigEndian.AppendUint32([]byte{kind}, uint32(len(body)+4)), body...))
}

func (w *session) receive() (kind byte, body []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(w.in, head[:]); err != nil {
		return 0, nil, err
	}
	body = make([]byte, binary.BigEndian.Uint32(head[1:])-4)
	_, err = io.ReadFull(w.in, body)
	return head[0], body, err
}

func (w *session) query(sql string) (string, error) {
	w.send('Q', append([]byte(sql), 0))
	return w.rows()
}

// rows reads to the end of an answer.
func (w *session) rows() (first string, err error) {
	seen := false
	for {
		kind, body, broken := w.receive()
		switch {
		case broken != nil:
			return "", broken
		case kind == 'Z':
			return first, err
		case kind == 'E':
			err = errors.New(message(body))
			if strings.HasPrefix(err.Error(), "FATAL") {
				return "", err
			}
		case kind == 'D' && !seen:
			seen = true
			if length := int32(binary.BigEndian.Uint32(body[2:])); length >= 0 {
				first = string(body[6 : 6+length])
			}
		}
	}
}

// message extracts severity and text of an error.
func message(body []byte) string {
	var severity, text string
	for field := range strings.SplitSeq(string(body), "\x00") {
		switch {
		case strings.HasPrefix(field, "S"):
			severity = field[1:]
		case strings.HasPrefix(field, "M"):
			text = field[1:]
		}
	}
	return severity + ": " + text
}

func ownerOf(info fs.FileInfo) int { return int(info.Sys().(*syscall.Stat_t).Uid) }

// Set changes a setting of the running server for which a reload suffices.
func (s *Server) Set(name, value string) {
	s.t.Helper()
	s.Query(fmt.Sprintf("alter system set %s = '%s'", name, value))
	s.Query("select pg_reload_conf()")
	for end := time.Now().Add(10 * time.Second); s.Query("select "+
		"current_setting('"+name+"')") != value; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatalf("PostgreSQL %d does not take %s = %s", s.Major, name, value)
		}
	}
}
