package main

import (
	"context"
	"io"
	"os"
	"testing"
	"time"
)

func TestInterrupts(t *testing.T) {
	signals, released := make(chan os.Signal), make(chan struct{})
	ctx, abort := interrupts(t.Context(), signals, io.Discard, func() { close(released) })
	if ctx.Err() != nil {
		t.Fatal("the context has ended before any signal")
	}
	signals <- os.Interrupt
	within(t, "the end of the context", ctx.Done())
	select {
	case <-abort:
		t.Fatal("the first signal cuts transactions short")
	default:
	}
	signals <- os.Interrupt
	within(t, "abort", abort)
	within(t, "release", released)
}

func TestInterruptsEndWithTheProgram(t *testing.T) {
	parent, end := context.WithCancel(t.Context())
	ctx, abort := interrupts(parent, make(chan os.Signal), io.Discard, func() { t.Error("released") })
	end()
	within(t, "the end of the context", ctx.Done())
	select {
	case <-abort:
		t.Error("the end of the program cuts transactions short")
	default:
	}
}

func within(t *testing.T, what string, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(30 * time.Second):
		t.Fatalf("no %s", what)
	}
}
