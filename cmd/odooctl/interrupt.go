package main

import (
	"context"
	"fmt"
	"io"
	"os"
)

// interrupts turns signals into two steps. The first signal ends the context that it
// returns: nothing new is begun, and the transactions in flight are finished. The
// second closes abort: they are cut short, and the hosts put back what they had begun.
// Then release is called, and a third signal ends the program at once. The goroutine
// ends with parent.
func interrupts(
	parent context.Context, signals <-chan os.Signal, say io.Writer, release func(),
) (ctx context.Context, abort <-chan struct{}) {
	ctx, cancel := context.WithCancel(parent)
	aborted := make(chan struct{})
	wait := func() bool {
		select {
		case <-signals:
			return true
		case <-parent.Done():
			return false
		}
	}
	go func() {
		defer cancel()
		if !wait() {
			return
		}
		cancel()
		fmt.Fprintln(say, "odooctl: interrupted: nothing new is begun, the hosts at work are finished; interrupt again to "+
			"cut them short")
		if !wait() {
			return
		}
		release()
		close(aborted)
		fmt.Fprintln(say, "odooctl: interrupted again: the hosts at work put back what they had begun")
	}()
	return ctx, aborted
}

// alone does what touches nothing but this program's memory, and may take seconds for large
// files. It is given up as soon as the operator ends the program, which needs not wait for it.
func alone[T any](u *ui, do func() (T, error)) (T, error) {
	var result T
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		result, err = do()
	}()
	select {
	case <-done:
		return result, err
	case <-u.ended:
		return *new(T), codeError(exitInterrupted)
	}
}
