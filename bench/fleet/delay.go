package main

import (
	"net"
	"sync"
	"time"
)

// far is a connection to a client that is a round trip away. Writes arrive a whole
// round trip later, and reads are not delayed: only the sum is visible.
type far struct {
	net.Conn
	rtt time.Duration

	queue chan parcel
	gone  chan struct{}
	close sync.Once
}

type parcel struct {
	due  time.Time
	data []byte
}

// takeFar begins with a pause in place of TCP's handshake.
func takeFar(c net.Conn, rtt time.Duration) net.Conn {
	if rtt == 0 {
		return c
	}
	time.Sleep(rtt)
	f := &far{Conn: c, rtt: rtt, queue: make(chan parcel, 64), gone: make(chan struct{})}
	go f.deliver()
	return f
}

func (f *far) deliver() {
	for {
		select {
		case p := <-f.queue:
			time.Sleep(time.Until(p.due))
			if _, err := f.Conn.Write(p.data); err != nil {
				f.Close()
				return
			}
		case <-f.gone:
			return
		}
	}
}

func (f *far) Write(p []byte) (int, error) {
	select {
	case f.queue <- parcel{time.Now().Add(f.rtt), append([]byte(nil), p...)}:
		return len(p), nil
	case <-f.gone:
		return 0, net.ErrClosed
	}
}

func (f *far) Close() error {
	f.close.Do(func() { close(f.gone) })
	return f.Conn.Close()
}
