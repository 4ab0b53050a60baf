package remote

import (
	"errors"
	"io"
	"sync"
)

// stream is one of the two outputs of the remote shell: noise, and the frame of the
// running script.
type stream struct {
	mu    sync.Mutex
	frame *frame
	whole chan<- error // told at the end of frame; nil: nothing waits
	idle  int          // bytes printed since then
	noise tail
	sign  *signpost // nil: no marks are looked for
}

// expect makes f the current frame. whole gets one value, when the frame is complete or
// malformed.
func (s *stream) expect(f *frame, whole chan<- error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.frame, s.whole, s.idle = f, whole, 0
}

// copy reads r to its end. It stops early only for a host that prints without end:
// unread output would block the host.
func (s *stream) copy(r io.Reader) error {
	buf := make([]byte, 8<<10+512) // two for each connection of a fleet; no packet is a multiple of it
	for {
		n, err := r.Read(buf)
		if !s.take(buf[:n]) {
			return errors.New("the host prints without end")
		}
		if err != nil {
			return nil
		}
	}
}

// maxIdle is how many bytes a host may print while no script runs.
const maxIdle = 1 << 20

// take handles the next piece. It returns false if the host prints without end while no
// script runs.
func (s *stream) take(p []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.frame; s.whole != nil && f.long(len(p)) {
		text := f.text
		s.mu.Unlock() // an aborted script reads the frame meanwhile
		text, ok := f.answer.grow(text)
		s.mu.Lock()
		if !ok {
			s.whole = nil
			return true
		}
		f.text = text
	}
	if s.whole == nil {
		s.idle += len(p)
		s.noise.write(p)
		s.sign.write(p)
		return s.idle <= maxIdle
	}
	rest, err := s.frame.write(p)
	if err != nil || s.frame.ended {
		s.whole <- err
		s.whole = nil
		s.noise.write(rest)
	}
	return true
}

func (s *stream) output() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.frame.output()
}

// result is the output of a frame that is no longer written to.
func (s *stream) result() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.whole = nil
	text := s.frame.output()
	s.frame.text = nil
	return text
}

func (s *stream) code() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.frame.code
}

// noiseText is the end of what was printed outside of any script's output.
func (s *stream) noiseText() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.noise
	if s.frame != nil {
		all.write(s.frame.noise)
		all.write(s.frame.unread())
	}
	return all.lines()
}
