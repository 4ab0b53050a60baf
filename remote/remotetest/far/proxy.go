// Package far puts servers at a distance: a proxy that delays both directions and
// counts the round trips.
//
//	p, err := far.Listen("127.0.0.1:0", "198.18.1.2:22", 20*time.Millisecond)
//	defer p.Close()
//	... // a program talks to p.Addr
//	fmt.Println(p.RoundTrips())
package far

import (
	"net"
	"sync"
	"time"
)

// Proxy sits between a client and a server and makes them RTT apart: it delays every
// chunk by half of it, without delaying the chunks behind.
type Proxy struct {
	Addr string
	RTT  time.Duration

	target   string
	listener net.Listener
	running  sync.WaitGroup

	mu     sync.Mutex
	links  []*link
	frozen bool
	closed bool
	cut    int // bytes to the server until the connections are cut; 0: never
}

// Listen starts a proxy at an address, in front of the server at target.
func Listen(addr, target string, rtt time.Duration) (*Proxy, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	p := &Proxy{Addr: l.Addr().String(), RTT: rtt, target: target, listener: l}
	p.running.Go(p.accept)
	return p, nil
}

// RoundTrips is the number of round trips of the latest connection, TCP's own handshake
// included.
func (p *Proxy) RoundTrips() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.links) == 0 {
		return 0
	}
	return p.links[len(p.links)-1].client
}

// Traffic is what went through a proxy.
type Traffic struct {
	Connections int
	RoundTrips  int // of all connections, added up
}

// Traffic returns what went through since the last call. Open connections go on
// counting from here.
func (p *Proxy) Traffic() Traffic {
	p.mu.Lock()
	defer p.mu.Unlock()
	var t Traffic
	var open []*link
	for _, l := range p.links {
		if l.client > l.told {
			t.Connections++
		}
		t.RoundTrips += l.client - l.told
		l.told = l.client
		if !l.ended {
			open = append(open, l)
		}
	}
	p.links = open
	return t
}

// CutAfter cuts the connections after about that many more bytes to the server.
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

// Freeze makes the connections silent without ending them, as a pulled cable does.
func (p *Proxy) Freeze() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.frozen = true
}

// Close ends the connections and the proxy, and waits for both.
func (p *Proxy) Close() {
	p.listener.Close()
	p.mu.Lock()
	p.closed = true
	p.closeAll()
	p.mu.Unlock()
	p.running.Wait()
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

// use takes bytes off CutAfter's budget. The lock is held.
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
	for _, l := range p.links {
		for _, c := range l.conns {
			c.Close()
		}
	}
}
