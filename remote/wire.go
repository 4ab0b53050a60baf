package remote

import (
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// wire is the connection below SSH. It knows whether anything was received, and how the
// other end identified itself.
type wire struct {
	net.Conn
	heard  atomic.Int64 // bytes read
	broken atomic.Bool  // nothing more can be read
	turns  turns

	mu    sync.Mutex
	first []byte
	held  chan struct{} // closed when reading resumes; nil: not held
	ended bool          // it is closed

	taken  atomic.Int64  // bytes that the scripts' outputs have processed
	caught chan struct{} // signaled when they have
	paced  atomic.Int32  // running scripts
}

// ahead is how far the wire is read before the data is processed: SSH buffers up to 2
// MiB per channel.
const ahead = 16 << 10

// pace delays reading while a script runs and its output is not processed as fast: only
// for a moment, because not every byte on the wire belongs to an output.
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

// taking counts what is read from a channel as processed.
type taking struct {
	io.Reader
	wire *wire
}

func (t taking) Read(p []byte) (int, error) {
	n, err := t.Reader.Read(p)
	taken := t.wire.taken.Add(int64(n))
	switch {
	case n < len(p): // the buffer is empty, whatever else SSH has read
		t.wire.catchUp()
	case t.wire.heard.Load()-taken < ahead:
		t.wire.caughtUp()
	}
	return n, err
}

// catchUp records that everything received has been processed.
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

// hold stops reading from the wire, which blocks the host. release resumes it.
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

// holding is closed when reading may resume; nil: it may now.
func (w *wire) holding() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.held
}

// Close also ends a hold.
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

// greeting is the first line received, without its line end.
func (w *wire) greeting() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	line, _, _ := strings.Cut(string(w.first), "\n")
	return strings.TrimRight(line, "\r")
}
