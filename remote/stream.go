package remote

import (
	"io"
	"sync"
)

// stream is one of the two outputs of the remote shell: noise, and the frame of
// the script that runs.
type stream struct {
	mu    sync.Mutex
	frame *frame
	whole chan error // the end of frame; nil when nobody waits for it
	noise tail
	sign  *signpost // nil when nobody looks for signs
}

// expect makes f the current frame. The channel gives one value when it is
// whole, or when it can not be read.
func (s *stream) expect(f *frame) <-chan error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.frame = f
	s.whole = make(chan error, 1)
	return s.whole
}

// copy reads r to its end. It never stops early: what is not read would stop
// the host.
func (s *stream) copy(r io.Reader) {
	buf := make([]byte, 8<<10) // two for each connection of a fleet
	for {
		n, err := r.Read(buf)
		s.take(buf[:n])
		if err != nil {
			return
		}
	}
}

func (s *stream) take(p []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.whole == nil {
		s.noise.write(p)
		s.sign.write(p)
		return
	}
	rest, err := s.frame.write(p)
	if err != nil || s.frame.ended {
		s.whole <- err
		s.whole = nil
		s.noise.write(rest)
	}
}

func (s *stream) output() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.frame.output()
}

func (s *stream) code() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.frame.code
}

// noiseText is what came last outside of any script's output.
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
