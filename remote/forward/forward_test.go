package forward_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"odooctl/remote"
	"odooctl/remote/forward"
	"odooctl/remote/remotetest"
)

// tunnel is a running Forward.
type tunnel struct {
	*forward.Forward
	addr   string
	cancel context.CancelFunc
	ended  chan error
	events *words
}

// words are the events, for tests to wait for.
type words struct {
	mu   sync.Mutex
	text []string
}

func (w *words) add(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.text = append(w.text, text)
}

func (w *words) count(part string) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, t := range w.text {
		if strings.Contains(t, part) {
			n++
		}
	}
	return n
}

// start forwards to target through c until the end of the test.
func start(t testing.TB, c remote.Config, target string) *tunnel {
	t.Helper()
	return startDialing(t, target, func(ctx context.Context) (forward.Client, error) { return remote.Dial(ctx, c) })
}

func startDialing(t testing.TB, target string, dial func(context.Context) (forward.Client, error)) *tunnel {
	t.Helper()
	w := &words{}
	f := &forward.Forward{
		Target: target, Event: w.add, Dial: dial,
		Sleep: func(ctx context.Context, _ time.Duration) error { time.Sleep(time.Millisecond); return ctx.Err() },
	}
	ctx, cancel := context.WithCancel(context.Background())
	if err := f.Connect(ctx, nil); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	tun := &tunnel{f, l.Addr().String(), cancel, make(chan error, 1), w}
	go func() { tun.ended <- f.Serve(ctx, l) }()
	t.Cleanup(cancel)
	return tun
}

// end waits until the tunnel has ended.
func (tun *tunnel) end(t testing.TB) error {
	t.Helper()
	select {
	case err := <-tun.ended:
		return err
	case <-time.After(10 * time.Second):
		buf := make([]byte, 1<<16)
		t.Fatalf("the tunnel does not end:\n%s", buf[:runtime.Stack(buf, true)])
		return nil
	}
}

func (tun *tunnel) dial(t testing.TB) *net.TCPConn {
	t.Helper()
	conn, err := net.Dial("tcp", tun.addr)
	if err != nil {
		t.Fatal(err)
	}
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	t.Cleanup(func() { conn.Close() })
	return conn.(*net.TCPConn)
}

// target is a server that handles each connection with serve.
func target(t testing.TB, serve func(*net.TCPConn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				serve(conn.(*net.TCPConn))
			}()
		}
	}()
	return l.Addr().String()
}

func echo(c *net.TCPConn) { io.Copy(c, c) }

// digest answers with the digest of its whole input, which needs a half-close.
func digest(c *net.TCPConn) {
	sum := sha256.New()
	io.Copy(sum, c)
	io.WriteString(c, hex.EncodeToString(sum.Sum(nil)))
}

func TestHalfClose(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	tun := start(t, srv.Config(), target(t, digest))
	conn := tun.dial(t)
	data := bytes.Repeat([]byte("what is sent first, and only then answered. "), 200_000) // 9 MB, more than any window
	want := sha256.Sum256(data)
	if _, err := conn.Write(data); err != nil {
		t.Fatal(err)
	}
	conn.CloseWrite()
	got, err := io.ReadAll(conn)
	if err != nil || string(got) != hex.EncodeToString(want[:]) {
		t.Errorf("got %q, %v; want %x", got, err, want)
	}
}

// TestFarEnd: the server half-closes first, and still gets the rest.
func TestFarEnd(t *testing.T) {
	heard := make(chan string, 1)
	tun := start(t, remotetest.Start(t, remotetest.Faults{}).Config(), target(t, func(c *net.TCPConn) {
		io.WriteString(c, "bye")
		c.CloseWrite()
		all, _ := io.ReadAll(c)
		heard <- string(all)
	}))
	conn := tun.dial(t)
	if got, err := io.ReadAll(conn); err != nil || string(got) != "bye" {
		t.Fatalf("got %q, %v", got, err)
	}
	io.WriteString(conn, "one more thing")
	conn.CloseWrite()
	if got := <-heard; got != "one more thing" {
		t.Errorf("the server heard %q", got)
	}
}

func TestParallel(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	tun := start(t, srv.Config(), target(t, echo))
	var all sync.WaitGroup
	together := make(chan struct{})
	var arrived sync.WaitGroup
	for i := range 200 {
		conn := tun.dial(t)
		data := bytes.Repeat([]byte{byte(i)}, 20_000)
		arrived.Add(1)
		all.Go(func() {
			first := make([]byte, 1)
			conn.Write(data[:1])
			_, err := io.ReadFull(conn, first)
			arrived.Done()
			<-together // all 200 are connected and open
			conn.Write(data[1:])
			conn.CloseWrite()
			rest, err2 := io.ReadAll(conn)
			if err != nil || err2 != nil || !bytes.Equal(append(first, rest...), data) {
				t.Errorf("connection %d: %d bytes, %v, %v", i, 1+len(rest), err, err2)
			}
		})
	}
	arrived.Wait()
	close(together)
	all.Wait()
	if n := srv.Counts(); n.Logins != 1 || n.Forwards != 200 {
		t.Errorf("the host has seen %+v, want one login and 200 forwards", n)
	}
}

func TestReconnect(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	tun := start(t, srv.Config(), target(t, echo))
	conn := tun.dial(t)
	io.WriteString(conn, "a")
	io.ReadFull(conn, make([]byte, 1))
	srv.Disconnect()
	if n, err := conn.Read(make([]byte, 1)); err == nil || errors.Is(err, io.EOF) {
		t.Errorf("the broken connection gives %d, %v; want an error that is no end", n, err)
	}
	again := tun.dial(t) // waits for the new login
	io.WriteString(again, "b")
	got := make([]byte, 1)
	if _, err := io.ReadFull(again, got); err != nil || got[0] != 'b' {
		t.Errorf("after the break: %q, %v", got, err)
	}
	if tun.events.count("the connection was lost") != 1 || tun.events.count("connected again") != 1 ||
		tun.Counts().Logins.Load() != 2 {
		t.Errorf("events %q, %d logins", tun.events.text, tun.Counts().Logins.Load())
	}
}

// breaking is a login that breaks as a connection is opened through it.
type breaking struct {
	forward.Client
}

func (b *breaking) Open(ctx context.Context, network, addr string) (remote.Stream, error) {
	return nil, &remote.Error{Host: "host1", Kind: remote.Lost, Tried: "connect", Got: "the connection was lost"}
}

// TestBreaksMeanwhile: a connection that is opened as the login breaks waits for the next.
func TestBreaksMeanwhile(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	logins := 0
	tun := startDialing(t, target(t, echo), func(ctx context.Context) (forward.Client, error) {
		client, err := remote.Dial(ctx, srv.Config())
		if logins++; logins == 1 {
			return &breaking{client}, err
		}
		return client, err
	})
	conn := tun.dial(t)
	io.WriteString(conn, "b")
	got := make([]byte, 1)
	if _, err := io.ReadFull(conn, got); err != nil || got[0] != 'b' {
		t.Errorf("after the break: %q, %v", got, err)
	}
	if tun.events.count("turned away") != 0 || tun.Counts().Logins.Load() != 2 {
		t.Errorf("events %q, %d logins", tun.events.text, tun.Counts().Logins.Load())
	}
}

// bound reserves a port on which nothing listens until listen is called.
func bound(t testing.TB) (addr string, listen func() net.Listener) {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	socket := os.NewFile(uintptr(fd), "bound")
	t.Cleanup(func() { socket.Close() })
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("127.0.0.1:%d", name.(*syscall.SockaddrInet4).Port), func() net.Listener {
		if err := syscall.Listen(fd, 16); err != nil {
			t.Fatal(err)
		}
		l, err := net.FileListener(socket)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		return l
	}
}

// TestTargetDown: the database restarts, the tunnel stays.
func TestTargetDown(t *testing.T) {
	addr, listen := bound(t)
	srv := remotetest.Start(t, remotetest.Faults{})
	tun := start(t, srv.Config(), addr)
	read := func() (string, error) { // the reset may come before the connection is seen as open
		conn, err := net.Dial("tcp", tun.addr)
		if err != nil {
			return "", err
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(20 * time.Second))
		got, err := io.ReadAll(conn)
		return string(got), err
	}
	if got, err := read(); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("nothing listens, and the connection gives %q, %v", got, err)
	}
	l := listen()
	go func() {
		if c, err := l.Accept(); err == nil {
			io.WriteString(c, "up")
			c.Close()
		}
	}()
	if got, err := read(); err != nil || got != "up" {
		t.Errorf("after the restart: %q, %v", got, err)
	}
	if srv.Counts().Logins != 1 || tun.events.count("does anything listen there") != 1 {
		t.Errorf("%d logins, events %q", srv.Counts().Logins, tun.events.text)
	}
}

// TestCancel: nothing is left of an idle connection, one in full flow, and one that the
// host never answers.
func TestCancel(t *testing.T) {
	before := runtime.NumGoroutine()
	srv := remotetest.Start(t, remotetest.Faults{})
	flood := target(t, func(c *net.TCPConn) {
		for {
			if _, err := c.Write(make([]byte, 1<<16)); err != nil {
				return
			}
		}
	})
	tun := start(t, srv.Config(), flood)
	idle, reading := tun.dial(t), tun.dial(t)
	io.ReadFull(reading, make([]byte, 1<<20))
	srv.Freeze()
	tun.cancel()
	if err := tun.end(t); err != nil {
		t.Errorf("ended with %v", err)
	}
	if conn, err := net.Dial("tcp", tun.addr); err == nil {
		conn.Close()
		t.Error("somebody still listens")
	}
	for _, c := range []net.Conn{idle, reading} {
		if _, err := io.Copy(io.Discard, c); err == nil {
			t.Error("an interrupted connection looks like one that came to its end")
		}
	}
	srv.Disconnect()
	for range 200 {
		if runtime.NumGoroutine() <= before+2 { // the server and the target
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	buf := make([]byte, 1<<16)
	t.Errorf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
}

// TestGivesUp: a changed host key is not retried.
func TestGivesUp(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	tun := start(t, srv.Config(), target(t, echo))
	srv.ChangeHostKey(t)
	srv.Disconnect()
	if err := tun.end(t); remote.KindOf(err) != remote.HostKeyChanged {
		t.Errorf("ended with %v", err)
	}
}

// TestPatience: a booting host refuses logins for a while.
func TestPatience(t *testing.T) {
	srv, other := remotetest.Start(t, remotetest.Faults{}), remotetest.Start(t, remotetest.Faults{})
	tun := start(t, srv.Config(), target(t, echo))
	srv.Admit(other)
	srv.Disconnect()
	if err := tun.end(t); remote.KindOf(err) != remote.Auth {
		t.Errorf("ended with %v", err)
	}
	if n := srv.Counts().Offers; n < 5 || n > 9 {
		t.Errorf("the host was offered %d keys", n)
	}
}
