//go:build lab

package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// chromium is a headless browser. It is controlled by the Chrome DevTools Protocol over
// two pipes: JSON objects, each terminated by a zero byte (--remote-debugging-pipe).
type chromium struct {
	t   *testing.T
	to  io.Writer
	mu  sync.Mutex
	nr  int
	got map[int]chan answer
	all []event
	new chan struct{} // closed when there is another event
}

// answer is a command's result; event is what happened meanwhile.
type answer struct {
	Result json.RawMessage
	Error  *struct{ Message string }
}

type event struct {
	Method    string
	SessionID string
	Params    json.RawMessage
}

// openChromium starts a browser that resolves each name to the given address, and no
// other name, and trusts sites whose key has one of these digests, such as self-signed
// ones. It ends with the test.
func openChromium(t *testing.T, addresses map[string]string, keys ...string) *chromium {
	t.Helper()
	var rules []string
	for name, addr := range addresses {
		rules = append(rules, "MAP "+name+" "+addr)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 9*time.Minute)
	cmd := exec.CommandContext(ctx, "ip", "netns", "exec", apart(t), "chromium", "--headless=new", "--no-sandbox",
		"--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe",
		"--no-first-run", "--no-default-browser-check", "--disable-background-networking", "--disable-component-update",
		"--disable-sync", "--disable-default-apps",
		"--user-data-dir="+t.TempDir(), "--window-size=1200,750",
		"--host-resolver-rules="+strings.Join(append(rules, "MAP * ~NOTFOUND"), ", "),
		"--ignore-certificate-errors-spki-list="+strings.Join(keys, ","))
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	in, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	from, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.ExtraFiles = []*os.File{in, out} // descriptors 3 and 4
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	in.Close()
	out.Close()
	c := &chromium{t: t, to: to, got: map[int]chan answer{}, new: make(chan struct{})}
	read := make(chan struct{})
	go func() {
		defer close(read)
		c.read(from)
	}()
	go c.watchWorkers()
	t.Cleanup(func() {
		to.Close() // the browser ends when its control pipe is closed
		cmd.Process.Signal(os.Interrupt)
		cmd.Wait()
		cancel()
		<-read
		from.Close()
		if t.Failed() {
			t.Logf("chromium: %.3000s", said.String())
		}
	})
	return c
}

// apart makes an isolated network that contains only the lab and does not change. A
// browser aborts its requests (ERR_NETWORK_CHANGED) when an interface of its machine
// appears or disappears, such as another lab's, or gets an address, such as the IPv6
// address after duplicate address detection.
func apart(t *testing.T) (namespace string) {
	t.Helper()
	namespace = "odooctl-" + name
	outside := "br-" + name
	exec.Command("ip", "netns", "delete", namespace).Run() // left by a killed test
	for _, args := range [][]string{
		{"netns", "add", namespace},
		{"link", "add", outside, "type", "veth", "peer", "name", "eth0", "netns", namespace},
		{"link", "set", outside, "master", "lab-" + name, "up"},
		{"-n", namespace, "link", "set", "eth0", "addrgenmode", "none"},
		{"-n", namespace, "address", "add", subnet + "200/24", "dev", "eth0"},
		{"-n", namespace, "link", "set", "eth0", "up"},
		{"-n", namespace, "link", "set", "lo", "up"},
	} {
		if out, err := exec.CommandContext(t.Context(), "ip", args...).CombinedOutput(); err != nil {
			t.Fatalf("ip %s: %v: %s", strings.Join(args, " "), err, out)
		}
	}
	t.Cleanup(func() { exec.Command("ip", "netns", "delete", namespace).Run() })
	eventually(t, 30*time.Second, func() error {
		out, err := exec.CommandContext(t.Context(), "ip", "-n", namespace, "-brief", "link", "show",
			"eth0").CombinedOutput()
		if err == nil && !strings.Contains(string(out), " UP ") {
			err = fmt.Errorf("the browser's network is not up: %s", out)
		}
		return err
	})
	return namespace
}

func (c *chromium) read(from io.Reader) {
	r := bufio.NewReader(from)
	for {
		line, err := r.ReadBytes(0)
		if err != nil {
			return
		}
		var m struct {
			ID int
			answer
			event
		}
		if json.Unmarshal(line[:len(line)-1], &m) != nil {
			continue
		}
		c.mu.Lock()
		if waiting := c.got[m.ID]; waiting != nil {
			waiting <- m.answer
			delete(c.got, m.ID)
		} else {
			c.all = append(c.all, m.event)
			close(c.new)
			c.new = make(chan struct{})
		}
		c.mu.Unlock()
	}
}

// send sends a command to a session, or to the browser itself, and stores the result in
// out.
func (c *chromium) send(session, method string, params, out any) error {
	c.mu.Lock()
	c.nr++
	nr, got := c.nr, make(chan answer, 1)
	c.got[nr] = got
	c.mu.Unlock()
	message := map[string]any{"id": nr, "method": method, "params": params}
	if session != "" {
		message["sessionId"] = session
	}
	text, err := json.Marshal(message)
	if err != nil {
		return err
	}
	if _, err := c.to.Write(append(text, 0)); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	select {
	case a := <-got:
		if a.Error != nil {
			return fmt.Errorf("%s: %s", method, a.Error.Message)
		}
		if out == nil {
			return nil
		}
		return json.Unmarshal(a.Result, out)
	case <-time.After(time.Minute):
		return fmt.Errorf("%s: no answer in a minute", method)
	}
}

// do is send, and fails the test on an error.
func (c *chromium) do(session, method string, params, out any) {
	c.t.Helper()
	if err := c.send(session, method, params, out); err != nil {
		c.t.Fatal(err)
	}
}

// await waits for a matching event; earlier ones count too.
func (c *chromium) await(what string, within time.Duration, wanted func(event) bool) event {
	c.t.Helper()
	late := time.After(within)
	for next := 0; ; {
		c.mu.Lock()
		events, more := c.all[next:], c.new
		next = len(c.all)
		c.mu.Unlock()
		for _, e := range events {
			if wanted(e) {
				return e
			}
		}
		select {
		case <-more:
		case <-late:
			c.t.Fatalf("the browser saw no %s in %s", what, within)
		}
	}
}
