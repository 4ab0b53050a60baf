package load

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/coder/websocket"
)

// held is how long a wait for messages has to last before the user counts as connected again.
const held = time.Second

// poll waits for messages as Odoo up to 15 has it (addons/bus/controllers/main.py): the answer comes with the first
// message, or after 50 seconds. A wait that lasts is an answer for the gap.
func (s Site) poll(ctx context.Context, c *http.Client, t *tally) error {
	waiting := time.AfterFunc(held, t.connected)
	defer waiting.Stop()
	return s.call(ctx, c, "/longpolling/poll", map[string]any{"channels": []string{s.Mark}, "last": 0,
		"options": map[string]any{}}, nil)
}

// socket holds a websocket open, as Odoo from 16 on has it (addons/bus/websocket.py), until it breaks.
func (s Site) socket(ctx context.Context, c *http.Client, t *tally) error {
	conn, res, err := websocket.Dial(ctx, "wss://"+s.Name+"/websocket", &websocket.DialOptions{
		HTTPClient: c, HTTPHeader: http.Header{"Origin": {"https://" + s.Name}},
	})
	if err != nil {
		if res != nil && res.StatusCode == http.StatusServiceUnavailable && res.Header.Get("Retry-After") != "" {
			return errPage
		}
		return fmt.Errorf("open a websocket: %w", err)
	}
	defer conn.CloseNow()
	waiting := time.AfterFunc(held, t.connected)
	defer waiting.Stop()
	for {
		if _, _, err := conn.Read(ctx); err != nil {
			return fmt.Errorf("the websocket broke: %w", err)
		}
	}
}

// connected notes that a user waits for messages.
func (t *tally) connected() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.gap(t.now())
}

// lasted counts a wait that the end of the load cut short.
func (t *tally) lasted() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count.Sent++
}
