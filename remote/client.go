package remote

import (
	"context"
	"net"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

// Client is one connection to one host. It is safe for concurrent use.
type Client struct {
	config Config
	wire   *wire
	conn   *ssh.Client
	done   chan struct{} // closed when the connection has ended
	owned  sync.WaitGroup
	cost   Cost
	leave  func() // releases the jump host
	left   sync.Once
}

func newClient(c Config, w *wire, conn *ssh.Client, leave func()) *Client {
	client := &Client{config: c, wire: w, conn: conn, done: make(chan struct{}), leave: leave}
	client.owned.Go(func() {
		conn.Wait()
		close(client.done)
	})
	client.owned.Go(client.keepalive)
	return client
}

// Host returns the inventory's name of the host.
func (c *Client) Host() string { return c.config.Host }

// Close ends the connection with all its shells and forwarded connections. It returns
// when all goroutines of the Client have ended.
func (c *Client) Close() error {
	err := c.conn.Close()
	c.owned.Wait()
	c.left.Do(c.leave)
	return err
}

// Done is closed when the connection has ended.
func (c *Client) Done() <-chan struct{} { return c.done }

// Here returns the local address of the connection; nil if it has none.
func (c *Client) Here() net.Addr { return c.conn.LocalAddr() }

// beats is the number of checks per keepalive pause, so that silence is noticed when it
// has lasted and not up to a pause later.
const beats = 15

// keepalive requests an answer from the host after every pause without one, and closes
// the connection when nothing has arrived for KeepaliveCount of them. Any byte counts:
// an answer may be queued behind a long upload.
func (c *Client) keepalive() {
	tick := time.NewTicker(c.config.Keepalive / beats)
	defer tick.Stop()
	asked := make(chan struct{}, 1)
	heard, quiet := c.wire.heard.Load(), 0
	for {
		select {
		case <-c.done:
			return
		case <-tick.C:
		}
		if now := c.wire.heard.Load(); now != heard || c.wire.holding() != nil {
			heard, quiet = now, 0
			continue
		}
		quiet++
		if quiet >= beats*c.config.KeepaliveCount {
			c.conn.Close()
			return
		}
		if quiet%beats != 0 {
			continue
		}
		select {
		case asked <- struct{}{}:
			c.owned.Go(func() {
				c.ask()
				<-asked
			})
		default:
		}
	}
}

// ask returns when the host has answered. A master passes on nothing but channels: the
// host refuses to open one of a kind that it does not know.
func (c *Client) ask() {
	if c.config.master == "" {
		c.conn.SendRequest("keepalive@openssh.com", true, nil)
		return
	}
	if channel, requests, err := c.conn.OpenChannel("keepalive@odooctl", nil); err == nil {
		go ssh.DiscardRequests(requests)
		channel.Close()
	}
}

// lost returns the error for a connection that has ended, nil while it lasts. It waits
// a moment: a channel ends slightly before its connection does.
func (c *Client) lost(ctx context.Context, tried string) *Error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	select {
	case <-c.done:
		e := &Error{Host: c.config.Host, Kind: Lost, Tried: tried, Got: "the connection was lost",
			Hint: "the host went down, restarted sshd, or the network in between broke; run again, finished work is not " +
				"repeated", Err: c.conn.Wait()}
		if c.config.master != "" {
			e.Got = "the connection of ssh at " + c.config.master + ", which it shared, was lost"
		}
		return e
	case <-ctx.Done():
		return nil
	}
}
