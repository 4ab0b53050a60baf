package remote

import (
	"context"
	"errors"
	"io"
)

// Stream is a bidirectional connection whose directions end separately: CloseWrite ends
// this side's data, io.EOF from Read is the end of the other side's.
type Stream interface {
	io.ReadWriteCloser
	CloseWrite() error
}

// errBroken is a Stream's error when the connection to the host broke: the data of the
// other side may be incomplete.
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

// direct is a channel that does not report a broken connection as the end of the data.
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
