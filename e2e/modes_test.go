//go:build lab

package e2e

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// reached is a deployment as its users see it.
type reached struct {
	name, web, odoo, database string // DNS name, hosts of nginx and of one Odoo, database
	databaseHost              string
}

var deployments = []reached{
	{"odoo.mycompany.example", "web1", "app1", "mycompany", "db1"},
	{"next.mycompany.example", "next1", "next1", "next", "next1"},
}

// TestModes: in every mode Odoo 14 and 19 serve a login and live chat through nginx and
// run scheduled jobs, and switching back leaves nothing behind.
func TestModes(t *testing.T) {
	// Odoo polls for jobs once a minute, which is too long for the tests. An Odoo that
	// already runs in the requested mode would not be restarted.
	const server = "/usr/lib/python3/dist-packages/odoo/service/server.py"
	for _, d := range deployments {
		on(t, d.odoo, "cp -p "+server+" /root/server.py && sed -i 's/^SLEEP_INTERVAL = 60/SLEEP_INTERVAL = 1/' "+server+" "+
			"&& systemctl restart odoo")
		defer on(t, d.odoo, "cp -p /root/server.py "+server)
	}
	defer func() {
		odooctl(t, "apply", "--at-once", inventory()).want(t, 0)
		left := on(t, "app1",
			"ls /etc/systemd/system /etc/odoo; systemctl list-units --all --plain --no-legend 'odoo@*'")
		if strings.Contains(left, "odoo@") || strings.Contains(left, "_wsgi") {
			t.Errorf("the mode left something behind:\n%s", left)
		}
	}()
	modes := []string{"wsgi"}
	if *thorough {
		modes = []string{"multiprocess", "wsgi", "threaded"}
	}
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			odooctl(t, "apply", edited(t,
				`version: "14.0"`, "version: \"14.0\"\n      mode: "+mode+"\n      modules: {install: [bus]}",
				`version: "19.0"`, "version: \"19.0\"\n      mode: "+mode)).want(t, 0)
			for _, d := range deployments {
				if none := on(t, d.odoo, "grep -c '^workers = 0$' /etc/odoo/odoo.conf || "+
					"true") == "1\n"; none != (mode == "threaded") {
					t.Errorf("%s: odoo.conf has no workers: %v", d.odoo, none)
				}
				t.Run(d.database+" runs a job", func(t *testing.T) {
					t.Parallel()
					jobRuns(t, d)
				})
				t.Run(d.database+" serves", func(t *testing.T) {
					t.Parallel()
					login(t, d.name, fleet.Host(d.web).Address().String(), d.database)
					if d.database == "next" {
						handshake(t, d)
					} else {
						poll(t, d)
					}
				})
			}
		})
	}
}

// jobRuns makes a scheduled job due and waits until a cron process has run it.
func jobRuns(t *testing.T, d reached) {
	sql := func(text string) string {
		return strings.TrimSpace(on(t, d.databaseHost,
			fmt.Sprintf("cd / && setpriv --reuid=postgres --regid=postgres --init-groups psql -XAtq -d %s -c %q",
				d.database, text)))
	}
	const job = "(select res_id from ir_model_data where module = 'base' and name = 'autovacuum_job')"
	sql("update ir_cron set nextcall = now() at time zone 'utc' - interval '1 hour' where id = " + job)
	eventually(t, 90*time.Second, func() error {
		if due := sql("select nextcall < now() at time zone 'utc' from ir_cron where id = " + job); due != "f" {
			return fmt.Errorf("%s: the job that is due was not run: %s", d.database, due)
		}
		return nil
	})
}

// rpc is Odoo's JSON-RPC over HTTP.
func rpc(ctx context.Context, c *http.Client, url string, params any) (result json.RawMessage, err error) {
	body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "method": "call", "params": params})
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, "POST", url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := c.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	var answer struct{ Result, Error json.RawMessage }
	if err := json.Unmarshal(text, &answer); err != nil || answer.Error != nil {
		return nil, fmt.Errorf("%s: %s: %.300s", url, res.Status, text)
	}
	return answer.Result, nil
}

// poll waits for a message on a channel while another client sends one.
func poll(t *testing.T, d reached) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	c := browser(fleet.Host(d.web).Address().String())
	text := "hello " + t.Name()
	sent := make(chan error, 1)
	go func() {
		time.Sleep(500 * time.Millisecond)
		_, err := rpc(ctx, browser(fleet.Host(d.web).Address().String()), "https://"+d.name+"/longpolling/send",
			map[string]any{"channel": text, "message": text})
		sent <- err
	}()
	got, err := rpc(ctx, c, "https://"+d.name+"/longpolling/poll",
		map[string]any{"channels": []string{text}, "last": 0, "options": map[string]any{}})
	if e := <-sent; err != nil || e != nil || !strings.Contains(string(got), text) {
		t.Errorf("%s: the poll gave %s: %v, %v", d.name, got, err, e)
	}
}

// handshake opens a websocket.
func handshake(t *testing.T, d reached) {
	addr := net.JoinHostPort(fleet.Host(d.web).Address().String(), "443")
	conn, err := tls.DialWithDialer(&net.Dialer{Timeout: 10 * time.Second}, "tcp", addr,
		&tls.Config{ServerName: d.name, InsecureSkipVerify: true})
	if err != nil {
		t.Error(err)
		return
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	fmt.Fprintf(conn, "GET /websocket HTTP/1.1\r\nHost: %[1]s\r\nOrigin: https://%[1]s\r\nConnection: Upgrade\r\n"+
		"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", d.name)
	line := make([]byte, 64)
	n, err := conn.Read(line)
	if err != nil || !bytes.HasPrefix(line[:n], []byte("HTTP/1.1 101 ")) {
		t.Errorf("%s: the websocket answers %q: %v", d.name, line[:n], err)
	}
}
