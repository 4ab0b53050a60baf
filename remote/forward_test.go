package remote_test

import (
	"fmt"
	"net"
	"testing"
	"time"

	"odooctl/remote"
	"odooctl/remote/remotetest"
)

func TestBastion(t *testing.T) {
	bastion, inner := remotetest.Start(t, remotetest.Faults{}), remotetest.Start(t, remotetest.Faults{})
	through := dial(t, bastion.Config())
	for i := range 3 {
		c := inner.Config()
		c.Host, c.Dial = fmt.Sprint("inner", i), through.DialContext
		sh := shell(t, c)
		if got := run(t, sh, "cat", every); string(got.Stdout) != every {
			t.Errorf("got %d bytes, want %d", len(got.Stdout), len(every))
		}
	}
	if n := bastion.Counts(); n.Connections != 1 || n.Forwards != 3 {
		t.Errorf("the bastion has seen %+v, want one connection and three forwards", n)
	}
}

func TestForwardErrors(t *testing.T) {
	client := dial(t, remotetest.Start(t, remotetest.Faults{}).Config())
	_, err := client.DialContext(deadline(t), "tcp", "127.0.0.1:1")
	wantError(t, err, remote.Unreachable, "connect from the host to 127.0.0.1:1", "does anything listen there")

	forbidden := dial(t, remotetest.Start(t, remotetest.Faults{NoForwarding: true}).Config())
	_, err = forbidden.DialContext(deadline(t), "tcp", "127.0.0.1:1")
	wantError(t, err, remote.Unreachable, "AllowTcpForwarding")

	c := remotetest.Start(t, remotetest.Faults{}).Config()
	c.Dial = forbidden.DialContext
	_, err = remote.Dial(deadline(t), c)
	wantError(t, err, remote.Unreachable, "by way of host1: sshd does not allow it", "AllowTcpForwarding")
}

func TestForwardDeadline(t *testing.T) {
	silent := remotetest.Start(t, remotetest.Faults{Stall: true})
	conn, err := dial(t, remotetest.Start(t, remotetest.Faults{}).Config()).DialContext(deadline(t), "tcp", silent.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	if _, err := conn.Read(make([]byte, 1)); err == nil || !err.(net.Error).Timeout() {
		t.Errorf("got error %v, want a timeout", err)
	}
}
