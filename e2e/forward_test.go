//go:build lab

package e2e

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// forwardServer runs on db1 and answers as PostgreSQL does before the login. Then it
// sends a file, or the digest of its input.
//
//go:embed testdata/forward.py
var forwardServer string

// forwardBytes is the amount of data each way.
func forwardBytes() int64 {
	if *thorough {
		return 1 << 30
	}
	return 64 << 20
}

// upTunnel is a running tunnel up.
type upTunnel struct {
	cmd  *exec.Cmd
	addr string
	err  *lockedBuffer
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// up opens a tunnel to the port of db1, 0 for PostgreSQL's own.
func up(t *testing.T, port int) *upTunnel {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	t.Cleanup(cancel)
	tun := &upTunnel{cmd: exec.CommandContext(ctx, binary, "tunnel", "up", "-o", "json", forwardInventory(t, port),
		"mycompany"), err: &lockedBuffer{}}
	tun.cmd.Dir, tun.cmd.Env, tun.cmd.Stderr = folder, environment(), tun.err
	out, err := tun.cmd.StdoutPipe()
	if err == nil {
		err = tun.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tun.cmd.Process.Kill(); tun.cmd.Wait() })
	var d struct {
		Address string
		Port    int
	}
	if err := json.NewDecoder(out).Decode(&d); err != nil {
		t.Fatalf("no document: %v\n%s", err, tun.err)
	}
	tun.addr = fmt.Sprintf("%s:%d", d.Address, d.Port)
	return tun
}

// forwardInventory is the lab's, with a port for mycompany's PostgreSQL.
func forwardInventory(t *testing.T, port int) string {
	t.Helper()
	if port == 0 {
		return inventory()
	}
	text, err := os.ReadFile(inventory())
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "forward.yaml")
	text = bytes.Replace(text, []byte("      host: db1\n"),
		fmt.Appendf(nil, "      host: db1\n      port: %d\n", port), 1)
	if err := os.WriteFile(file, text, 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// interrupt sends Ctrl-C, and returns the exit code.
func (tun *upTunnel) interrupt(t *testing.T) {
	t.Helper()
	tun.cmd.Process.Signal(syscall.SIGINT)
	tun.cmd.Wait()
	if code := tun.cmd.ProcessState.ExitCode(); code != 130 {
		t.Errorf("exit %d after Ctrl-C, want 130\n%s", code, tun.err)
	}
	if c, err := net.Dial("tcp", tun.addr); err == nil {
		c.Close()
		t.Errorf("somebody still listens at %s", tun.addr)
	}
}

// call sends a word, and then all of body, and returns the answer and the time it took.
func call(t *testing.T, addr, word string, body io.Reader, into io.Writer) time.Duration {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(4 * time.Minute))
	began := time.Now()
	if _, err = fmt.Fprintf(c, "%-8s", word); err == nil && body != nil {
		_, err = io.Copy(c, body)
	}
	if err == nil {
		err = c.(*net.TCPConn).CloseWrite()
	}
	if err == nil {
		_, err = io.Copy(into, c)
	}
	if err != nil {
		t.Fatalf("%s %s: %v", addr, word, err)
	}
	return time.Since(began)
}

// TestForwardThroughput: data is intact both ways, and as fast as ssh -L in the same
// run.
func TestForwardThroughput(t *testing.T) {
	size := forwardBytes()
	const port = 9432
	pid := farServer(t, port, size)
	defer on(t, "db1", "kill "+pid+"; rm -f /var/tmp/forward")
	want := strings.Fields(on(t, "db1", "sha256sum /var/tmp/forward"))[0]
	tun := up(t, port)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	plain := l.Addr().String()
	l.Close()
	ssh := exec.Command("ssh", "-F", filepath.Join(fleet.Dir(), "ssh_config"), "-o", "BatchMode=yes", "-N", "-L",
		fmt.Sprintf("%s:127.0.0.1:%d", plain, port), "db1")
	if err := ssh.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { ssh.Process.Kill(); ssh.Wait() }()
	awaitPort(t, plain)

	rate := map[string]float64{}
	for range 2 { // the first one fills the page cache
		for way, addr := range map[string]string{"tunnel up": tun.addr, "ssh -L": plain} {
			sum := sha256.New()
			took := call(t, addr, "get", nil, sum)
			if got := hex.EncodeToString(sum.Sum(nil)); got != want {
				t.Errorf("%s: got %s, want %s", way, got, want)
			}
			rate[way+" get"] = float64(size) / 1e6 / took.Seconds()
			sent, answer := sha256.New(), &bytes.Buffer{}
			took = call(t, addr, "put", io.TeeReader(io.LimitReader(pattern{}, size), sent), answer)
			if got := hex.EncodeToString(sent.Sum(nil)); got != answer.String() {
				t.Errorf("%s: the far end got %s, sent was %s", way, answer, got)
			}
			rate[way+" put"] = float64(size) / 1e6 / took.Seconds()
		}
	}
	for _, way := range []string{"get", "put"} {
		ratio := rate["tunnel up "+way] / rate["ssh -L "+way]
		t.Logf("%s %d MB: tunnel up %.0f MB/s, ssh -L %.0f MB/s, ratio %.2f",
			way, size>>20, rate["tunnel up "+way], rate["ssh -L "+way], ratio)
		if ratio < 0.4 { // a quiet machine gives 0.9 and more
			t.Errorf("%s: less than half as fast as ssh -L", way)
		}
	}
	parallel(t, tun, want)
	tun.interrupt(t)
}

// parallel opens 200 connections, and has all of them answered before one ends.
func parallel(t *testing.T, tun *upTunnel, want string) {
	t.Helper()
	var all, open sync.WaitGroup
	together := make(chan struct{})
	for range 200 {
		open.Add(1)
		all.Go(func() {
			c, err := net.Dial("tcp", tun.addr)
			if err == nil {
				defer c.Close()
				c.SetDeadline(time.Now().Add(time.Minute))
				_, err = io.WriteString(c, "sum     ")
			}
			got := make([]byte, len(want))
			if err == nil {
				_, err = io.ReadFull(c, got)
			}
			open.Done()
			<-together
			if err != nil || string(got) != want {
				t.Errorf("one of 200: %q, %v", got, err)
			}
		})
	}
	open.Wait()
	close(together)
	all.Wait()
}

// pattern is an endless stream of bytes with a long period.
type pattern struct{}

func (pattern) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(i * i >> 3)
	}
	return len(p), nil
}

func farServer(t *testing.T, port int, size int64) (pid string) {
	t.Helper()
	script := fmt.Sprintf("head -c %d /dev/urandom >/var/tmp/forward; cat >/var/tmp/forward.py <<'EOF'\n%sEOF\n"+
		"setsid python3 /var/tmp/forward.py /var/tmp/forward %d >/dev/null 2>&1 </dev/null & echo $!; for i in 1 2 3 4 5 6 "+
		"7 8 9 10; do ss -Hltn 'sport = :%d' | grep -q . && break; sleep 0.3; done", size, forwardServer, port, port)
	return strings.TrimSpace(on(t, "db1", script))
}

func awaitPort(t *testing.T, addr string) {
	t.Helper()
	for range 100 {
		if c, err := net.DialTimeout("tcp", addr, time.Second); err == nil {
			c.Close()
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("nothing listens at %s", addr)
}
