package forward

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"odooctl/remote"
)

// link is the current login.
type link struct {
	mu      sync.Mutex
	client  Client        // nil: not logged in
	changed chan struct{} // closed when client is another; nil: nobody waits
}

// set replaces the login; nil: it has ended.
func (l *link) set(c Client) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.client = c
	if l.changed != nil {
		close(l.changed)
		l.changed = nil
	}
}

// get returns the login, and waits for a new one if it has ended or is the broken one.
func (l *link) get(ctx context.Context, broken Client) (Client, error) {
	for {
		l.mu.Lock()
		client := l.client
		if client != nil && client != broken {
			l.mu.Unlock()
			return client, nil
		}
		if l.changed == nil {
			l.changed = make(chan struct{})
		}
		changed := l.changed
		l.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, errors.New("there is no connection to the host yet")
		}
	}
}

// The pauses between two logins double from the first to the longest, and start over
// after a login that has lasted.
const (
	firstPause   = 250 * time.Millisecond
	longestPause = 15 * time.Second
	lasting      = 30 * time.Second
)

// keep replaces the login each time it has ended, until ctx ends or the host refuses
// it.
func (f *Forward) keep(ctx context.Context) error {
	client, _ := f.link.get(ctx, nil)
	pause := firstPause
	for {
		began := time.Now()
		select {
		case <-client.Done():
		case <-ctx.Done():
			client.Close()
			return context.Cause(ctx)
		}
		f.link.set(nil)
		client.Close()
		if time.Since(began) > lasting {
			pause = firstPause
		}
		lost := time.Now()
		f.Event("the connection was lost; connecting again")
		var err error
		if client, pause, err = f.again(ctx, pause); err != nil {
			return err
		}
		f.Event(fmt.Sprintf("connected again after %.1f s", time.Since(lost).Seconds()))
		f.link.set(client)
	}
}

// again logs in until it succeeds. It also returns the pause before the next attempt: a
// login that breaks at once counts as another failure.
func (f *Forward) again(ctx context.Context, pause time.Duration) (Client, time.Duration, error) {
	said, refused := "", 0
	for {
		if f.Sleep(ctx, pause/2+rand.N(pause)) != nil {
			return nil, 0, context.Cause(ctx)
		}
		pause = min(2*pause, longestPause)
		client, err := f.Dial(ctx)
		switch {
		case err == nil:
			f.count.Logins.Add(1)
			return client, pause, nil
		case ctx.Err() != nil:
			return nil, 0, context.Cause(ctx)
		case final(err):
			return nil, 0, err
		case remote.KindOf(err) == remote.Auth:
			if refused++; refused == patience {
				return nil, 0, err
			}
			pause = longestPause
		}
		if err.Error() != said {
			said = err.Error()
			f.Event(said + "; trying again")
		}
	}
}

// patience is how many logins in a row may be refused: a booting host lets nobody in
// yet (pam_nologin(8)). The longest pause between them keeps sshd from blocking this
// machine (PerSourcePenalties, sshd_config(5)).
const patience = 4

// final reports whether a retry cannot help.
func final(err error) bool {
	kind := remote.KindOf(err)
	return kind == remote.HostKeyUnknown || kind == remote.HostKeyChanged
}
