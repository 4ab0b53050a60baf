package remote_test

import (
	"fmt"
	"testing"
	"time"

	"odooctl/remote/remotetest"
)

// The Client's counts equal those of the proxy between it and the host. On a machine
// that stalls they may see events in another order: one connection of several has to
// agree.
func TestCost(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	proxy := remotetest.StartProxy(t, srv.Addr, 20*time.Millisecond)
	var wrong string
	for range 10 {
		if wrong = costOf(t, srv, proxy); wrong == "" {
			return
		}
	}
	t.Error(wrong)
}

// costOf returns where the two counts of a new connection differ; "": nowhere.
func costOf(t *testing.T, srv *remotetest.Server, proxy *remotetest.Proxy) (wrong string) {
	client := dial(t, srv.ConfigAt(proxy.Addr))
	defer client.Close()
	sh, _, err := client.Start(deadline(t), "echo one")
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		got, want := client.Cost(), proxy.RoundTrips()
		if got.RoundTrips != want || got.Connect <= 0 || got.Login < 6*proxy.RTT {
			wrong = fmt.Sprintf("got %+v, want %d round trips", got, want)
		}
		run(t, sh, "echo more", "input")
	}
	return wrong
}
