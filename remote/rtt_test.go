package remote_test

import (
	"testing"
	"time"

	"odooctl/remote/remotetest"
)

// The budget: 7 round trips to log in, 9 to the first script's answer, 1 for
// every later one.
func TestRoundTrips(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	proxy := remotetest.StartProxy(t, srv.Addr, 20*time.Millisecond)
	client := dial(t, srv.ConfigAt(proxy.Addr))
	want := func(what string, n int) {
		t.Helper()
		if got := proxy.RoundTrips(); got != n {
			t.Errorf("%s: %d round trips, want %d", what, got, n)
		}
	}
	want("login", 7)
	sh, _, err := client.Start(deadline(t), "echo one")
	if err != nil {
		t.Fatal(err)
	}
	want("first script", 9)
	run(t, sh, "echo two", "input")
	want("second script", 10)
	// A machine that stalls sends the rest of a large input in a later round. Nothing
	// sends it in an earlier one, so the least counts.
	least := proxy.RoundTrips()
	for range 10 {
		before := proxy.RoundTrips()
		run(t, sh, "cat", every[:256<<10])
		if least = min(least, proxy.RoundTrips()-before); least == 1 {
			return
		}
	}
	t.Errorf("a script with much input and output: %d round trips, want 1", least)
}

// The proxy's count agrees with the clock.
func BenchmarkFirstScript(b *testing.B) {
	srv := remotetest.Start(b, remotetest.Faults{})
	proxy := remotetest.StartProxy(b, srv.Addr, 50*time.Millisecond)
	for b.Loop() {
		client := dial(b, srv.ConfigAt(proxy.Addr))
		if _, _, err := client.Start(b.Context(), "echo one"); err != nil {
			b.Fatal(err)
		}
		client.Close()
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(proxy.RTT), "rtt/op")
}
