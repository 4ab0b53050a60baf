package remotetest

import (
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// Proxy stands between a client and a server as far apart as RTT says. It holds
// every chunk back for half of it, without delaying the chunks behind, and counts
// the round trips of its latest connection by cause and effect instead of by the
// clock: a chunk of the client belongs to the round of the last chunk that the
// client was given, and what the server sends after that belongs to the next.
type Proxy struct {
	Addr string
	RTT  time.Duration

	target   string
	listener net.Listener
	running  sync.WaitGroup

	mu     sync.Mutex
	conns  []net.Conn
	client int // round trips done, as the client knows
	server int // the same, as the server knows
	frozen bool
	cut    int // bytes to the server until the connection is cut; 0: never
}

// StartProxy runs a proxy to target until the end of the test.
func StartProxy(t testing.TB, target string, rtt time.Duration) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{Addr: l.Addr().String(), RTT: rtt, target: target, listener: l}
	p.running.Go(p.accept)
	t.Cleanup(p.stop)
	return p
}

// RoundTrips is how many round trips have been waited for on the latest
// connection, the one of TCP's own handshake included.
func (p *Proxy) RoundTrips() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.client
}

// CutAfter cuts the connections after about so many more bytes to the server.
func (p *Proxy) CutAfter(bytes int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = bytes
}

// Cut ends the connections.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closeAll()
}

// Freeze makes the connections fall silent without ending them, as when a
// cable is pulled.
func (p *Proxy) Freeze() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.frozen = true
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.running.Go(func() { p.serve(client) })
	}
}

// serve carries one connection. The client's TCP handshake was with the proxy
// and took no time, so the server hears of it one and a half round trips late:
// SYN, SYN-ACK, ACK.
func (p *Proxy) serve(client net.Conn) {
	defer client.Close()
	p.mu.Lock()
	p.client, p.server = 1, 1
	p.conns = append(p.conns, client)
	p.mu.Unlock()
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	p.mu.Lock()
	p.conns = append(p.conns, server)
	p.mu.Unlock()
	var both sync.WaitGroup
	both.Go(func() {
		p.carry(server, client, 3*p.RTT/2,
			func() int { return p.client },
			func(c chunk) { p.server = max(p.server, c.round); p.use(len(c.data)) })
	})
	both.Go(func() {
		p.carry(client, server, 2*p.RTT,
			func() int { return p.server + 1 },
			func(c chunk) { p.client = max(p.client, c.round) })
	})
	both.Wait()
}

type chunk struct {
	data  []byte
	due   time.Time
	round int
}

// carry moves chunks from src to dst. None arrives before connected has gone by
// since the connection began.
func (p *Proxy) carry(dst, src net.Conn, connected time.Duration, sent func() int, arrived func(chunk)) {
	began := time.Now()
	chunks := make(chan chunk, 1024)
	p.running.Go(func() {
		defer close(chunks)
		for {
			buf := make([]byte, 64<<10)
			n, err := src.Read(buf)
			if n > 0 {
				due := time.Now().Add(p.RTT / 2)
				if first := began.Add(connected); due.Before(first) {
					due = first
				}
				p.mu.Lock()
				c := chunk{buf[:n], due, sent()}
				p.mu.Unlock()
				chunks <- c
			}
			if err != nil {
				return
			}
		}
	})
	for c := range chunks {
		time.Sleep(time.Until(c.due))
		p.mu.Lock()
		arrived(c)
		frozen := p.frozen
		p.mu.Unlock()
		if frozen {
			continue
		}
		if _, err := dst.Write(c.data); err != nil {
			src.Close()
		}
	}
	if w, ok := dst.(interface{ CloseWrite() error }); ok {
		w.CloseWrite()
	}
	io.Copy(io.Discard, src)
}

// use takes bytes off the budget of CutAfter. The lock is held.
func (p *Proxy) use(bytes int) {
	if p.cut == 0 {
		return
	}
	if p.cut -= bytes; p.cut <= 0 {
		p.cut = 0
		p.closeAll()
	}
}

func (p *Proxy) closeAll() {
	for _, c := range p.conns {
		c.Close()
	}
}

func (p *Proxy) stop() {
	p.listener.Close()
	p.mu.Lock()
	p.closeAll()
	p.mu.Unlock()
	p.running.Wait()
}
