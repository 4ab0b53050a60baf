package remote_test

import (
	"testing"
	"time"

	"odooctl/remote/remotetest"
)

// What a Client counts is what the proxy between it and the host counts.
func TestCost(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	proxy := remotetest.StartProxy(t, srv.Addr, 20*time.Millisecond)
	client := dial(t, srv.ConfigAt(proxy.Addr))
	sh, _, err := client.Start(deadline(t), "echo one")
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		got, want := client.Cost(), proxy.RoundTrips()
		if got.RoundTrips != want || got.Connect <= 0 || got.Login < 6*proxy.RTT {
			t.Errorf("got %+v, want %d round trips", got, want)
		}
		run(t, sh, "echo more", "input")
	}
}
