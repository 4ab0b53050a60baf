package load

import (
	"context"
	"errors"
	"sync"
	"time"
)

// errPage is what a request returns that got the maintenance page.
var errPage = errors.New("the maintenance page")

// tally counts the requests of one kind, from many users at once.
type tally struct {
	now func() time.Time

	mu       sync.Mutex
	count    Count
	answered time.Time // when the last answer came; zero for waits, which know their own gaps
}

func newTally(kind string, now func() time.Time) *tally {
	return &tally{now: now, count: Count{Kind: kind}, answered: now()}
}

// ask makes a request and counts what came of it. A request that ctx cut short is not counted.
func (t *tally) ask(ctx context.Context, request func(context.Context) error) error {
	began := t.now()
	err := request(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	t.count.Sent++
	switch {
	case err == nil:
		t.count.Slow = max(t.count.Slow, now.Sub(began))
		t.gap(now)
	case errors.Is(err, errPage):
		t.count.Page++
	default:
		t.count.Lost++
		t.count.Error = err.Error()
	}
	return err
}

// gap notes that something was answered now.
func (t *tally) gap(now time.Time) {
	t.count.Gap = max(t.count.Gap, now.Sub(t.answered))
	t.answered = now
}

// end returns what was counted. The time since the last answer is a gap too.
func (t *tally) end() Count {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.answered.IsZero() {
		t.gap(t.now())
	}
	return t.count
}
