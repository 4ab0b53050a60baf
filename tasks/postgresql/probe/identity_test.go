package probe

import (
	"io"
	"net"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestIdentity tests ends of a tunnel with the program that hosts run. Real PostgreSQL
// servers are in the tests on hosts.
func TestIdentity(t *testing.T) {
	t.Parallel()
	serve := func(network, at string, answer func(net.Conn)) net.Listener {
		t.Helper()
		l, err := net.Listen(network, at)
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
				if _, err := io.ReadFull(c, make([]byte, 8)); err == nil {
					answer(c)
				}
				c.Close()
			}
		}()
		return l
	}
	says := func(text string) func(net.Conn) { return func(c net.Conn) { io.WriteString(c, text) } }
	port := func(l net.Listener) int { return l.Addr().(*net.TCPAddr).Port }
	closed := serve("tcp", "127.0.0.1:0", says(""))
	closed.Close()
	dir := t.TempDir()
	stale := serve("unix", filepath.Join(dir, ".s.PGSQL.5432"), says("")).(*net.UnixListener)
	stale.SetUnlinkOnClose(false)
	stale.Close()
	serve("unix", filepath.Join(dir, ".s.PGSQL.5433"), says("HTTP"))
	for _, tt := range []struct {
		host string
		port int
		want string
	}{
		{"127.0.0.1", port(closed), "down: nothing listens on 127.0.0.1:" + strconv.Itoa(port(closed)) +
			": tunnel.service is not connected to db1"},
		{"127.0.0.1", port(serve("tcp", "127.0.0.1:0", says(""))), "dead: "},
		{"127.0.0.1", port(serve("tcp", "127.0.0.1:0", says("HTTP"))), "foreign: "},
		{dir, 1, "down: there is no socket " + dir + "/.s.PGSQL.1: tunnel.service is not connected to db1"},
		{dir, 5432, "stale: nobody serves the socket " + dir + "/.s.PGSQL.5432"},
		{dir, 5433, "foreign: what answers on " + dir + "/.s.PGSQL.5433 is not PostgreSQL"},
	} {
		script := Identity("python3 -I", "/none", tt.host, tt.port, "123", "db1", "tunnel.service")
		out, err := exec.CommandContext(t.Context(), "sh", "-c", script).CombinedOutput()
		if err == nil || !strings.HasPrefix(string(out), tt.want) || strings.Count(string(out), "\n") != 1 {
			t.Errorf("%s port %d: %v, %q; want %q", tt.host, tt.port, err, out, tt.want)
		}
	}
	// Without psycopg2 (-S) it reports that it did not test which server it is.
	script := Identity("python3 -I -S", "/none", "127.0.0.1", port(serve("tcp", "127.0.0.1:0", says("S"))), "123",
		"db1", "tunnel.service")
	if out, err := exec.CommandContext(t.Context(), "sh", "-c", script).CombinedOutput(); err != nil ||
		!strings.HasPrefix(string(out), "ok: PostgreSQL answers on ") {
		t.Errorf("%v, %q", err, out)
	}
	door := Door{Address: "127.0.0.1", Port: port(serve("tcp", "127.0.0.1:0", says(""))), User: "odoo",
		Databases: []string{"prod", "it's"}}
	out, err := exec.CommandContext(t.Context(), "sh", "-c", door.Shell()).CombinedOutput()
	if want := "prod unreachable the server closed the connection\nit's unreachable the server closed the " +
		"connection\n"; err != nil || !strings.HasPrefix(string(out), want) {
		t.Errorf("%v, %q, want %q", err, out, want)
	}
}
