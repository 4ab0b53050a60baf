package forward

import (
	"io"
	"net"
	"sync"

	"odooctl/remote"
)

// buffers are twice the size of a channel's largest packet (RFC 4254, section 5.2, as
// golang.org/x/crypto/ssh and OpenSSH set it): what arrives while one packet is written
// is then read at once.
var buffers = sync.Pool{New: func() any { return new([64 << 10]byte) }}

// relay copies both ways until both have ended, and closes both. The end of one
// direction is passed on while the other goes on: a program that has sent its whole
// request still gets the answer. An error ends both at once, so that half an answer is
// not taken for a whole one.
func relay(near net.Conn, far remote.Stream) (sent, received int64) {
	var both sync.WaitGroup
	both.Go(func() {
		var err error
		if sent, err = pass(far, near); err == nil {
			err = far.CloseWrite()
		}
		if err != nil && err != io.EOF {
			far.Close()
			reset(near)
		}
	})
	both.Go(func() {
		var err error
		if received, err = pass(near, far); err == nil {
			err = closeWrite(near)
		}
		if err != nil {
			far.Close()
			reset(near)
		}
	})
	both.Wait()
	far.Close()
	near.Close()
	return sent, received
}

// pass copies src to dst until src ends. It hides their ReadFrom and WriteTo: those of
// a TCP connection copy smaller pieces.
func pass(dst io.Writer, src io.Reader) (int64, error) {
	buffer := buffers.Get().(*[64 << 10]byte)
	defer buffers.Put(buffer)
	return io.CopyBuffer(struct{ io.Writer }{dst}, struct{ io.Reader }{src}, buffer[:])
}

func closeWrite(conn net.Conn) error {
	if c, ok := conn.(interface{ CloseWrite() error }); ok {
		return c.CloseWrite()
	}
	return conn.Close()
}

// reset closes a connection so that the other side gets an error and not an end.
func reset(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	conn.Close()
}
