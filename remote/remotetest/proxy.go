package remotetest

import (
	"testing"
	"time"

	"odooctl/remote/remotetest/far"
)

// Proxy sits between a client and a server and makes them RTT apart.
type Proxy = far.Proxy

// StartProxy runs a proxy to target until the end of the test.
func StartProxy(t testing.TB, target string, rtt time.Duration) *Proxy {
	t.Helper()
	p, err := far.Listen("127.0.0.1:0", target, rtt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}
