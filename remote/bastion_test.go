package remote_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"odooctl/remote"
	"odooctl/remote/remotetest"
)

// behind is how to log in to a server through others, first hop first.
func behind(target *remotetest.Server, hops ...*remotetest.Server) remote.Config {
	c := target.Config()
	at := &c
	for i := len(hops) - 1; i >= 0; i-- {
		hop := hops[i].Config()
		hop.Host = []string{"bastion", "inner"}[i]
		at.Jump = &hop
		at = &hop
	}
	return c
}

func TestHostsBehindABastion(t *testing.T) {
	bastion := remotetest.Start(t, remotetest.Faults{})
	target := remotetest.Start(t, remotetest.Faults{HandshakePause: 5 * time.Millisecond})
	c := behind(target, bastion)
	c.Limiter, c.Bastions, c.Keyring = &remote.Limiter{PerEndpoint: 8}, new(remote.Bastions), new(remote.Keyring)
	clients := dialMany(t, c, 20)
	for _, client := range clients {
		sh, result, err := client.Start(deadline(t), "echo here")
		if err != nil || string(result.Stdout) != "here\n" {
			t.Errorf("got %q, %v", result.Stdout, err)
			continue
		}
		sh.Close()
	}
	if n := bastion.Counts(); n.Logins != 1 || n.Forwards != 20 {
		t.Errorf("%d logins at the bastion for %d connections, want 1 for 20", n.Logins, n.Forwards)
	}
	if n := target.Counts(); n.Logins != 20 || n.Handshakes >= 10 {
		t.Errorf("%d logins behind it, at most %d at once, want 20 and fewer than the 10 that sshd takes",
			n.Logins, n.Handshakes)
	}
	for i, client := range clients {
		if bastion.Connected() != 1 {
			t.Fatalf("the bastion is gone after %d of the hosts behind it", i)
		}
		client.Close()
	}
	waitFor(t, "the last to leave closed the bastion", func() bool { return bastion.Connected() == 0 })
	dial(t, c)
	if n := bastion.Counts().Logins; n != 2 {
		t.Errorf("%d logins at the bastion, want 2", n)
	}
}

// dialMany logs in n times at once.
func dialMany(t *testing.T, c remote.Config, n int) []*remote.Client {
	t.Helper()
	clients, errs := make([]*remote.Client, n), make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { clients[i], errs[i] = remote.Dial(deadline(t), c) })
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	for _, client := range clients {
		t.Cleanup(func() { client.Close() })
	}
	return clients
}

func TestTwoHops(t *testing.T) {
	outer, inner, target := remotetest.Start(t, remotetest.Faults{}), remotetest.Start(t, remotetest.Faults{}),
		remotetest.Start(t, remotetest.Faults{})
	c := behind(target, outer, inner)
	sh := shell(t, c)
	if got := run(t, sh, "echo here", ""); string(got.Stdout) != "here\n" {
		t.Errorf("got %q", got.Stdout)
	}
	for name, s := range map[string]*remotetest.Server{"outer": outer, "inner": inner} {
		if n := s.Counts(); n.Forwards != 1 || n.Sessions != 0 {
			t.Errorf("%s hop: %+v", name, n)
		}
	}
}

// Every hop is checked under its own name, before anything behind it is reached.
func TestHopWithAnotherKey(t *testing.T) {
	outer, inner, target := remotetest.Start(t, remotetest.Faults{}), remotetest.Start(t, remotetest.Faults{}),
		remotetest.Start(t, remotetest.Faults{})
	c := behind(target, outer, inner)
	inner.ChangeHostKey(t)
	_, err := remote.Dial(deadline(t), c)
	wantError(t, err, remote.HostKeyChanged, "host1: connect to "+target.Addr+" by way of inner",
		"check the host key of "+inner.Addr, "--replace inner")
	if n := inner.Counts().Offers + target.Counts().Connections; n != 0 {
		t.Errorf("%d keys and connections went through a hop with a wrong key", n)
	}
	target.ChangeHostKey(t)
	_, err = remote.Dial(deadline(t), behind(target, outer))
	wantError(t, err, remote.HostKeyChanged, "host1: check the host key of "+target.Addr, target.Fingerprint(),
		target.KnownHosts+":1")
}

// A bastion that refuses is tried once, however many hosts are behind it.
func TestRefusingBastion(t *testing.T) {
	bastion, target := remotetest.Start(t, remotetest.Faults{RefuseAuth: true}),
		remotetest.Start(t, remotetest.Faults{})
	c := behind(target, bastion)
	c.Bastions = new(remote.Bastions)
	for range 3 {
		_, err := remote.Dial(deadline(t), c)
		wantError(t, err, remote.Auth, "by way of bastion", "log in as deploy to "+bastion.Addr, "refused every key")
	}
	if n := bastion.Counts().Connections; n != 1 {
		t.Errorf("%d connections to a bastion that refused, want 1", n)
	}
}

func TestBastionRefusesToForward(t *testing.T) {
	_, err := remote.Dial(deadline(t), behind(remotetest.Start(t, remotetest.Faults{}),
		remotetest.Start(t, remotetest.Faults{NoForwarding: true})))
	wantError(t, err, remote.Unreachable, "by way of bastion", "AllowTcpForwarding")
}

func TestLostBastion(t *testing.T) {
	bastion, target := remotetest.Start(t, remotetest.Faults{}), remotetest.Start(t, remotetest.Faults{})
	c := behind(target, bastion)
	c.Bastions = new(remote.Bastions)
	sh := shell(t, c)
	run(t, sh, "true", "")
	bastion.Disconnect()
	_, err := sh.Run(deadline(t), "true", nil)
	wantError(t, err, remote.Lost)
	waitFor(t, "a new connection is made", func() bool {
		client, err := remote.Dial(deadline(t), c)
		if err == nil {
			client.Close()
		}
		return err == nil
	})
}

// The first user of a bastion gives up; the next one gets the connection all the same.
func TestFirstBehindABastionGivesUp(t *testing.T) {
	bastion := remotetest.Start(t, remotetest.Faults{HandshakePause: 100 * time.Millisecond})
	c := behind(remotetest.Start(t, remotetest.Faults{}), bastion)
	c.Bastions = new(remote.Bastions)
	ctx, cancel := context.WithCancel(t.Context())
	first := make(chan error)
	go func() {
		_, err := remote.Dial(ctx, c)
		first <- err
	}()
	waitFor(t, "the first is at the bastion", func() bool { return bastion.Counts().Connections == 1 })
	second := make(chan error)
	go func() {
		client, err := remote.Dial(deadline(t), c)
		if err == nil {
			client.Close()
		}
		second <- err
	}()
	time.Sleep(20 * time.Millisecond)
	cancel()
	wantError(t, <-first, remote.Canceled)
	if err := <-second; err != nil {
		t.Error(err)
	}
}

// With an sshd that takes one handshake at a time, fewer than the Limiter allows, every
// login succeeds: after the first drops, up to seven, they queue up, and few more are
// dropped when two go at once again.
func TestOneAtATimeAfterADrop(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{MaxStartups: 1, HandshakePause: time.Millisecond})
	c := srv.Config()
	c.Limiter = &remote.Limiter{PerEndpoint: 8}
	dialMany(t, c, 20)
	if n := srv.Counts(); n.Connections > 20+7+8 {
		t.Errorf("%d connections for 20 logins: too many were dropped", n.Connections)
	}
}
