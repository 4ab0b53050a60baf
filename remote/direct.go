package remote

import (
	"context"
	"errors"
	"io"
	"net"
)

// Stream is a connection both ways, each of which ends by itself: CloseWrite is
// the end of what this side says, io.EOF from Read that of the other side.
type Stream interface {
	io.ReadWriteCloser
	CloseWrite() error
}

// errBroken is what a Stream gives where the connection to the host broke: the end
// of the other side is not known to be its end.
var errBroken = errors.New("the connection to the host broke")

// Open connects to addr from the host, as DialContext does, for copying: the Stream
// half-closes and has no deadlines. It ends with the Client.
func (c *Client) Open(ctx context.Context, network, addr string) (Stream, error) {
	tried := "connect from the host to " + addr
	if m, ok := c.conn.Conn.(*machine); ok {
		return m.open(ctx, c, network, addr, tried)
	}
	conn, err := c.conn.DialContext(ctx, network, addr)
	if err != nil {
		if e := c.config.interrupted(ctx, tried); e != nil {
			return nil, e
		}
		return nil, c.forwardError(ctx, tried, err)
	}
	return &direct{conn.(Stream), c.wire}, nil
}

// Done is closed when the connection has ended.
func (c *Client) Done() <-chan struct{} { return c.done }

// Here is the address of this machine as the connection has it; nil where there is
// none.
func (c *Client) Here() net.Addr { return c.conn.LocalAddr() }

// direct is a channel that does not take the end of the connection below it for
// the end of what is read.
type direct struct {
	Stream
	wire *wire
}

func (d *direct) Read(p []byte) (int, error) {
	n, err := d.Stream.Read(p)
	if errors.Is(err, io.EOF) && d.wire.broken.Load() {
		err = errBroken
	}
	return n, err
}
