package run

import (
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestSettle: requests are waited for as long as the play says, and live chat for less.
func TestSettle(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("ss"); err != nil {
		t.Fatal(err)
	}
	// open opens a connection to a port that it returns.
	open := func() (port string, end func()) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		far, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		_, port, _ = net.SplitHostPort(l.Addr().String())
		end = func() { conn.Close(); far.Close(); l.Close() }
		t.Cleanup(end)
		return port, end
	}
	run := func(args ...string) (string, time.Duration) {
		began := time.Now()
		out, _ := exec.CommandContext(t.Context(), "sh", append([]string{"-c", settled, "settle"},
			args...)...).CombinedOutput()
		return strings.TrimSpace(string(out)), time.Since(began)
	}
	request, end := open()
	chat, _ := open()
	if out, took := run("2", "1", request, chat); out != "1 connections" || took < time.Second {
		t.Errorf("a request that stays: %q after %s", out, took)
	}
	if out, took := run("60", "1", "", chat); out != "" || took > 30*time.Second {
		t.Errorf("live chat that stays: %q after %s", out, took)
	}
	time.AfterFunc(500*time.Millisecond, end)
	if out, took := run("60", "1", request, ""); out != "" || took > 30*time.Second {
		t.Errorf("a request that ends: %q after %s", out, took)
	}
}
