package remote

import (
	"fmt"
	"sync"
)

// Room is the memory for large answers of hosts. An answer of up to smallAnswer
// needs none of it. A larger one waits until one of maxLarge places is free, and
// meanwhile nothing is read from its host, so that hosts which print without end
// take no more together than a few of them. Share one among all Dials of a run; the
// zero value is ready.
type Room struct {
	once   sync.Once
	places chan []byte // memory to use again; nil where there is none yet
}

const (
	smallAnswer = 128 << 10
	maxLarge    = 3
	// keptErrors is how much of standard error is kept: its end.
	keptErrors = 8 << 10
	// overhead is what the marks of two frames may take beside the limit.
	overhead = 4 << 10
)

// take waits for a place. ok is false where quit was closed first.
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
		place = make([]byte, 0, size) // what is not written to takes no memory yet
	}
	return place[:0], true
}

// answer is what one script may print on both outputs together.
type answer struct {
	room  *Room
	limit int
	quit  chan struct{} // closed when nobody listens any more
	wire  *wire

	mu    sync.Mutex
	got   int
	place []byte // taken from room; nil: none
	ended bool
}

func newAnswer(c *Client) *answer {
	return &answer{room: c.config.Room, limit: c.config.MaxOutput, quit: make(chan struct{}), wire: c.wire}
}

// count takes in so many bytes more.
func (a *answer) count(n int) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.got += n; a.got > a.limit+overhead {
		return fmt.Errorf("it printed more than %d bytes", a.limit)
	}
	return nil
}

// grow moves a text that gets long to a place, for which it waits. The wire is held
// meanwhile: what SSH reads ahead for a channel is more than a small answer.
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

// end gives the place back, and returns the output, or the end of one that was cut
// short. That is a copy, unless it fills most of the place: then the next one makes
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
