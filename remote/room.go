package remote

import (
	"fmt"
	"sync"
)

// Room limits the memory for large answers of hosts. An answer of up to smallAnswer
// needs none of it. A larger one waits for one of maxLarge places; until then nothing
// is read from its host, so that any number of hosts that print without end take no
// more memory than a few. Share one among all Dials of a run; the zero value is ready.
type Room struct {
	once   sync.Once
	places chan []byte // buffers to reuse; nil for one not yet allocated
}

const (
	smallAnswer = 128 << 10
	maxLarge    = 3
	// keptErrors is how much of the end of standard error is kept.
	keptErrors = 8 << 10
	// overhead is what the marks of two frames may add to the limit.
	overhead = 4 << 10
)

// take waits for a place. ok is false if quit was closed first.
func (r *Room) take(quit <-chan struct{}, size int) (place []byte, ok bool) {
	r.once.Do(func() {
		r.places = make(chan []byte, maxLarge)
		for range maxLarge {
			r.places <- nil
		}
	})
	select {
	case place = <-r.places:
	case <-quit:
		return nil, false
	}
	if cap(place) < size {
		place = make([]byte, 0, size) // pages that are never written take no memory
	}
	return place[:0], true
}

// answer is the output of one script on both streams.
type answer struct {
	room  *Room
	limit int
	quit  chan struct{} // closed when the caller has stopped waiting
	wire  *wire

	mu    sync.Mutex
	got   int
	place []byte // taken from room; nil: none
	ended bool
}

func newAnswer(c *Client) *answer {
	return &answer{room: c.config.Room, limit: c.config.MaxOutput, quit: make(chan struct{}), wire: c.wire}
}

// count adds n bytes, and fails beyond the limit.
func (a *answer) count(n int) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.got += n; a.got > a.limit+overhead {
		return fmt.Errorf("it printed more than %d bytes", a.limit)
	}
	return nil
}

// grow moves a text that gets long to a place in Room, for which it waits. The wire is
// held meanwhile: SSH alone would read ahead more than a small answer.
func (a *answer) grow(text []byte) ([]byte, bool) {
	a.wire.hold()
	defer a.wire.release()
	place, ok := a.room.take(a.quit, a.limit+overhead)
	if !ok {
		return nil, false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.ended {
		a.room.places <- place
		return nil, false
	}
	a.place = place
	return append(place, text...), true
}

// end releases the place, and returns the output, or the end of one that was cut short.
// The output is a copy, unless it fills most of the place: then the next user allocates
// another.
func (a *answer) end(output []byte, cut bool) []byte {
	close(a.quit)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ended = true
	if a.place == nil {
		return output
	}
	if cut {
		output = output[max(0, len(output)-keptErrors):]
	}
	place := a.place
	a.place = nil
	if len(output) > cap(place)/2 {
		place = nil
	} else {
		output = append([]byte(nil), output...)
	}
	a.room.places <- place
	return output
}
