package tasks

import (
	"runtime"
	"sync"
)

// Compute returns f's result, or ErrUnread: slow work such as a password hash is done
// between two rounds of planning, in parallel on all processors, and once per run. key
// identifies it; it may contain secrets, as it stays in memory. f must be pure.
func (h *Host) Compute(key any, f func() any) (any, error) {
	if v, ok := h.fleet.computed.get(key); ok {
		return v, nil
	}
	h.fleet.todo[key] = f
	return nil, ErrUnread
}

// compute does what was requested, and reports whether there was anything.
func (f *Fleet) compute() bool {
	if len(f.todo) == 0 {
		return false
	}
	var all sync.WaitGroup
	for key, work := range f.todo {
		all.Go(func() { f.computed.do(key, work) })
	}
	all.Wait()
	clear(f.todo)
	return true
}

// computations are a run's results, shared by the parts of its fleet.
type computations struct {
	slots chan struct{} // one per running computation

	mu sync.Mutex
	by map[any]*computation
}

type computation struct {
	once  sync.Once
	value any
	done  bool // guarded by computations.mu
}

func newComputations() *computations {
	return &computations{slots: make(chan struct{}, runtime.GOMAXPROCS(0)), by: map[any]*computation{}}
}

func (c *computations) get(key any) (value any, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if one := c.by[key]; one != nil && one.done {
		return one.value, true
	}
	return nil, false
}

// do computes, or waits for another's result.
func (c *computations) do(key any, work func() any) {
	c.mu.Lock()
	one := c.by[key]
	if one == nil {
		one = new(computation)
		c.by[key] = one
	}
	c.mu.Unlock()
	one.once.Do(func() {
		c.slots <- struct{}{}
		defer func() { <-c.slots }()
		value := work()
		c.mu.Lock()
		defer c.mu.Unlock()
		one.value, one.done = value, true
	})
}
