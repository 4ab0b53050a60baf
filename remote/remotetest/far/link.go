package far

import (
	"io"
	"net"
	"sync"
	"time"
)

// link is one connection through a proxy. It counts round trips by cause and effect
// instead of by the clock: a chunk of the client belongs to the round of the last chunk
// that the client received, and what the server sends after that belongs to the next.
// The proxy's lock guards it.
type link struct {
	conns  []net.Conn
	client int // round trips done, as the client knows
	server int // the same, as the server knows
	told   int // the part of client already returned by Traffic
	ended  bool
}

// chunk is what one end sent in one piece.
type chunk struct {
	data  []byte
	due   time.Time
	round int
}

// serve carries one connection. The client's TCP handshake was with the proxy and took
// no time, so the server sees it one and a half round trips late: SYN, SYN-ACK, ACK.
func (p *Proxy) serve(client net.Conn) {
	l := &link{conns: []net.Conn{client}, client: 1, server: 1}
	p.mu.Lock()
	p.links = append(p.links, l)
	p.mu.Unlock()
	defer func() {
		client.Close()
		p.mu.Lock()
		defer p.mu.Unlock()
		l.ended = true
	}()
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer server.Close()
	p.mu.Lock()
	l.conns = append(l.conns, server)
	if p.closed {
		p.closeAll()
	}
	p.mu.Unlock()
	var both sync.WaitGroup
	both.Go(func() {
		p.carry(server, client, 3*p.RTT/2,
			func() int { return l.client },
			func(c chunk) { l.server = max(l.server, c.round); p.use(len(c.data)) })
	})
	both.Go(func() {
		p.carry(client, server, 2*p.RTT,
			func() int { return l.server + 1 },
			func(c chunk) { l.client = max(l.client, c.round) })
	})
	both.Wait()
}

// carry moves chunks from src to dst. None arrives before connected has passed since
// the connection began.
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
