package remote

import (
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// wire is the connection below SSH. It knows whether anything is heard from the
// other end, and how the other end greeted.
type wire struct {
	net.Conn
	heard  atomic.Int64 // bytes read
	broken atomic.Bool  // nothing more comes in
	turns  turns

	mu    sync.Mutex
	first []byte
	held  chan struct{} // closed when reading goes on; nil: nobody holds it
	ended bool          // it is closed

	taken  atomic.Int64  // bytes that scripts' outputs have caught up with
	caught chan struct{} // has a value when they did
	paced  atomic.Int32  // scripts that run
}

// ahead is how far the wire is read before what came is taken: SSH keeps up to 2 MiB
// of a channel.
const ahead = 16 << 10

// pace waits where what came in is not taken as fast, while a script runs: for a
// moment only, for not all that comes in is there to be taken.
func (w *wire) pace() {
	if w.paced.Load() == 0 || w.heard.Load()-w.taken.Load() < ahead {
		return
	}
	timer := time.NewTimer(200 * time.Millisecond)
	defer timer.Stop()
	select {
	case <-w.caught:
	case <-timer.C:
	}
}

// taking is what comes in on a channel, and tells the wire that it was taken.
type taking struct {
	io.Reader
	wire *wire
}

func (t taking) Read(p []byte) (int, error) {
	n, err := t.Reader.Read(p)
	taken := t.wire.taken.Add(int64(n))
	switch {
	case n < len(p): // nothing is left, whatever SSH itself took beside it
		t.wire.catchUp()
	case t.wire.heard.Load()-taken < ahead:
		t.wire.caughtUp()
	}
	return n, err
}

// catchUp says that nothing that came in waits to be taken.
func (w *wire) catchUp() {
	w.taken.Store(w.heard.Load())
	w.caughtUp()
}

func (w *wire) caughtUp() {
	select {
	case w.caught <- struct{}{}:
	default:
	}
}

// hold keeps the wire from being read: the host has to wait. release ends it.
func (w *wire) hold() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.held == nil && !w.ended {
		w.held = make(chan struct{})
	}
}

func (w *wire) release() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.held != nil {
		close(w.held)
		w.held = nil
	}
}

// holding is closed when reading may go on; nil: it may now.
func (w *wire) holding() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.held
}

// Close ends a hold, too.
func (w *wire) Close() error {
	w.mu.Lock()
	w.ended = true
	w.mu.Unlock()
	w.release()
	return w.Conn.Close()
}

// greetingSize is the longest identification string of RFC 4253, section 4.2.
const greetingSize = 255

func (w *wire) Read(p []byte) (int, error) {
	w.pace()
	if held := w.holding(); held != nil {
		<-held
	}
	n, err := w.Conn.Read(p)
	if n > 0 {
		w.turns.heard()
	}
	if err != nil {
		w.broken.Store(true)
	}
	if w.heard.Add(int64(n)) <= greetingSize {
		w.mu.Lock()
		w.first = append(w.first, p[:n]...)
		w.mu.Unlock()
	}
	return n, err
}

func (w *wire) Write(p []byte) (int, error) {
	w.turns.said()
	return w.Conn.Write(p)
}

// greeting is the first line that came in, without its end.
func (w *wire) greeting() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	line, _, _ := strings.Cut(string(w.first), "\n")
	return strings.TrimRight(line, "\r")
}
