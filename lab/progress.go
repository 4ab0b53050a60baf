package lab

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// progress writes progress lines. Its methods are safe for concurrent use.
type progress struct {
	mu  *sync.Mutex
	out io.Writer
	now func() time.Time
}

func newProgress(out io.Writer, now func() time.Time) progress {
	if out == nil {
		out = io.Discard
	}
	return progress{&sync.Mutex{}, out, now}
}

func (p progress) line(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	fmt.Fprintf(p.out, format+"\n", args...)
}

// step reports a start and returns the function that reports the end, with the time it
// took.
func (p progress) step(format string, args ...any) (done func()) {
	what := fmt.Sprintf(format, args...)
	p.line("%s...", what)
	if p.now == nil {
		return func() { p.line("%s: done", what) }
	}
	start := p.now()
	return func() { p.line("%s: done in %.1f s", what, p.now().Sub(start).Seconds()) }
}
