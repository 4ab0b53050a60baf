package remote

import (
	"net"
	"strings"
	"sync"
	"sync/atomic"
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
}

// greetingSize is the longest identification string of RFC 4253, section 4.2.
const greetingSize = 255

func (w *wire) Read(p []byte) (int, error) {
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
