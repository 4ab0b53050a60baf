package load

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/coder/websocket"
)

// held is how long a poll without an answer has to last before it counts as a connection, and longest is when Odoo
// answers it, if with nothing.
const (
	held    = time.Second
	longest = 50 * time.Second
)

// hold waits for messages until it has an answer, or until the wait breaks. It returns since when there was a
// connection, and the zero time if there was none.
type hold = func(context.Context, *http.Client) (since time.Time, err error)

// wait adds users who wait for messages. What breaks is begun again after a second, as the web client does.
func (c *crowd) wait(kind string, count int, wait hold) {
	t := c.tally(kind)
	t.answered = time.Time{}
	for range count {
		client := c.site.client(true)
		c.work = append(c.work, func(ctx context.Context) {
			w := waiter{tally: t, patience: c.mix.Answer, cut: c.mix.Now(), heard: c.mix.Now()}
			for {
				since, err := wait(ctx, client)
				if ctx.Err() != nil {
					w.ended(since, nil)
					return
				}
				if w.ended(since, err); err != nil {
					pause(ctx, time.Second)
				}
			}
		})
	}
}

// poll waits for messages as Odoo up to 15 has it (addons/bus/controllers/main.py): the answer comes with the first
// message, or after 50 seconds.
func (c *crowd) poll(ctx context.Context, client *http.Client) (since time.Time, err error) {
	within, cancel := context.WithTimeout(ctx, longest+c.mix.Answer)
	defer cancel()
	began := c.mix.Now()
	err = c.site.call(within, client, "/longpolling/poll", map[string]any{"channels": []string{c.site.Mark}, "last": 0,
		"options": map[string]any{}}, nil)
	if err != nil && c.mix.Now().Sub(began) < held {
		return time.Time{}, err
	}
	return began, err
}

// socket holds a websocket open, as Odoo from 16 on has it (addons/bus/websocket.py), until it breaks.
func (c *crowd) socket(ctx context.Context, client *http.Client) (since time.Time, err error) {
	within, cancel := context.WithTimeout(ctx, c.mix.Answer)
	defer cancel()
	conn, res, err := websocket.Dial(within, "wss://"+c.site.Name+"/websocket", &websocket.DialOptions{
		HTTPClient: client, HTTPHeader: http.Header{"Origin": {"https://" + c.site.Name}},
	})
	if err != nil {
		if res != nil && res.StatusCode == http.StatusServiceUnavailable && res.Header.Get("Retry-After") != "" {
			return time.Time{}, errPage
		}
		return time.Time{}, fmt.Errorf("open a websocket: %w", err)
	}
	defer conn.CloseNow()
	since = c.mix.Now()
	for {
		if _, _, err := conn.Read(ctx); err != nil {
			return since, fmt.Errorf("the websocket broke: %w", err)
		}
	}
}

// waiter is a user who waits for messages. That a wait breaks is nothing lost: the web client begins another. A loss
// is a user who gets no other for as long as he would wait for an answer.
type waiter struct {
	tally    *tally
	patience time.Duration
	cut      time.Time // when the last connection ended
	heard    time.Time // when there was a connection or the maintenance page
}

// ended counts a wait that has ended; without an error, with an answer or with the load.
func (w *waiter) ended(since time.Time, err error) {
	w.tally.mu.Lock()
	defer w.tally.mu.Unlock()
	count, now := &w.tally.count, w.tally.now()
	count.Sent++
	if since.IsZero() {
		count.Gap = max(count.Gap, now.Sub(w.cut))
	} else {
		count.Gap = max(count.Gap, since.Sub(w.cut))
		w.cut, w.heard = now, now
		if err != nil {
			count.Breaks++
		}
	}
	switch {
	case errors.Is(err, errPage):
		count.Page++
		w.heard = now
	case err != nil:
		count.Error = err.Error()
	}
	if now.Sub(w.heard) >= w.patience {
		count.Lost++
		w.heard = now
	}
}
