package tasks

import (
	"runtime"
	"sync"
)

// Compute returns what f gives, or ErrUnread: what is slow, such as the hash of a
// password, is computed between two rounds of planning, as much at once as there
// are processors, and once per run. The key says what is computed; it may hold
// what nobody should see, for it stays in memory. F must be pure.
func (h *Host) Compute(key any, f func() any) (any, error) {
	if v, ok := h.fleet.computed[key]; ok {
		return v, nil
	}
	h.fleet.todo[key] = f
	return nil, ErrUnread
}

// compute does what was asked for, and reports whether there was something.
func (f *Fleet) compute() bool {
	if len(f.todo) == 0 {
		return false
	}
	var mu sync.Mutex
	var all sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for key, work := range f.todo {
		all.Go(func() {
			slots <- struct{}{}
			v := work()
			<-slots
			mu.Lock()
			defer mu.Unlock()
			f.computed[key] = v
		})
	}
	all.Wait()
	clear(f.todo)
	return true
}
