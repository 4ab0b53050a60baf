package far

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// TestRoundTrips: sequential requests count each, pipelined ones count once, and none
// is counted twice.
func TestRoundTrips(t *testing.T) {
	const rtt = 10 * time.Millisecond
	p, err := Listen("127.0.0.1:0", echo(t), rtt)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	ask := func(questions ...string) (took time.Duration) {
		began := time.Now()
		c, err := net.Dial("tcp", p.Addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(30 * time.Second))
		answers := bufio.NewReader(c)
		for _, q := range questions {
			fmt.Fprintln(c, q)
			for range strings.Fields(q) {
				if _, err := answers.ReadString('\n'); err != nil {
					t.Fatal(err)
				}
			}
		}
		return time.Since(began)
	}
	for _, c := range []struct {
		questions []string
		trips     int
	}{{[]string{"a"}, 2}, {[]string{"a", "b", "c"}, 4}, {[]string{"a b c"}, 2}} {
		took := ask(c.questions...)
		if got := p.RoundTrips(); got != c.trips {
			t.Errorf("%q: %d round trips, want %d", c.questions, got, c.trips)
		}
		if least := time.Duration(c.trips) * rtt; took < least {
			t.Errorf("%q took %v, less than %v", c.questions, took, least)
		}
	}
	if got, want := p.Traffic(), (Traffic{3, 8}); got != want {
		t.Errorf("traffic %+v, want %+v", got, want)
	}
	if got := p.Traffic(); got != (Traffic{}) {
		t.Errorf("traffic %+v the second time", got)
	}
}

// echo runs a server that answers each line with itself, in one piece.
func echo(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				for lines := bufio.NewScanner(c); lines.Scan(); {
					io.WriteString(c, strings.Join(strings.Fields(lines.Text()), "\n")+"\n")
				}
			}()
		}
	}()
	return l.Addr().String()
}
