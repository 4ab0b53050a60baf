//go:build lab

package e2e

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"
)

// playbook writes a test's playbook and returns its name.
func playbook(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(folder, fmt.Sprintf("book-%x.yaml", sha256.Sum256([]byte(t.Name()+text)))[:20]+".yaml")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// stream asks a service something every 50 ms until it is stopped.
type stream struct {
	sent, lost atomic.Int64
	last       atomic.Value
	stop       func()
}

func streaming(t *testing.T, ask func(context.Context) error) *stream {
	ctx, cancel := context.WithCancel(t.Context())
	s := &stream{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			one, cancelOne := context.WithTimeout(context.WithoutCancel(ctx),
				30*time.Second) // a busy machine would lose some
			s.sent.Add(1)
			if err := ask(one); err != nil {
				s.lost.Add(1)
				s.last.Store(err)
			}
			cancelOne()
		}
	}()
	s.stop = func() { cancel(); <-done }
	return s
}

// paced asks no more often than that: pages of Odoo take its hosts' time from what is tested.
func paced(every time.Duration, ask func(context.Context) error) func(context.Context) error {
	pace := time.Tick(every)
	return func(ctx context.Context) error {
		select {
		case <-pace:
			return ask(ctx)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func asksHTTP(url string) func(context.Context) error {
	c := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, "GET", url, nil)
		if err != nil {
			return err
		}
		res, err := c.Do(req)
		if err != nil {
			return err
		}
		res.Body.Close()
		if res.StatusCode >= 500 {
			return fmt.Errorf("%s", res.Status)
		}
		return nil
	}
}

// asksPostgreSQL sends an SSLRequest (protocol, 55.2.10): one byte comes back.
func asksPostgreSQL(addr string) func(context.Context) error {
	return func(ctx context.Context) error {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
		if err != nil {
			return err
		}
		defer conn.Close()
		deadline, _ := ctx.Deadline()
		conn.SetDeadline(deadline)
		if _, err := conn.Write([]byte{0, 0, 0, 8, 4, 210, 22, 47}); err != nil {
			return err
		}
		var b [1]byte
		_, err = conn.Read(b[:])
		return err
	}
}

// TestLiveServices: a configuration that its own server refuses never touches the
// running one: no request is lost, and the files are as before.
func TestLiveServices(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	address := func(host string) string { return fleet.Host(host).Address().String() }
	cases := []struct {
		name, host, look string
		ask              func(context.Context) error
		break_, mend     string
		args             func(t *testing.T) []string
	}{
		{
			"broken nginx include", "web1", "cd /etc/nginx && find . -name '*.conf' | sort | xargs sha256sum",
			asksHTTP("http://" + address("web1") + "/"),
			"echo 'no such directive;' >/etc/nginx/conf.d/broken.conf; sed -i 's/gzip on/gzip off/' " +
				"/etc/nginx/sites-available/odooctl-mycompany.conf", "rm /etc/nginx/conf.d/broken.conf",
			func(t *testing.T) []string { return []string{"apply", inventory()} },
		},
		{
			"bad pg_hba row", "db1", "sha256sum /etc/postgresql/15/main/*.conf",
			asksPostgreSQL(address("db1") + ":5432"),
			"cp -p /etc/postgresql/15/main/pg_hba.conf /root/; echo 'host all all 10.0.0.0/33 md5' " +
				">>/etc/postgresql/15/main/pg_hba.conf", "cp -p /root/pg_hba.conf /etc/postgresql/15/main/",
			func(t *testing.T) []string {
				return []string{"apply", edited(t, "allow: ["+subnet+"0/24]", "allow: ["+subnet+"0/27]")}
			},
		},
		{
			"invalid odoo.conf", "app1", "sha256sum /etc/odoo/odoo.conf",
			asksHTTP("http://" + address("app1") + ":8069/web/static/src/img/favicon.ico"),
			"true", "true",
			func(t *testing.T) []string {
				return []string{"apply", "-l", "app1", "--playbook", playbook(t, `
- hosts: app1
  tasks:
    - odoo.service
    - file: {path: /etc/odoo/odoo.conf, content: "[options]\nworkers = many\n", restart: odoo.service}
`), inventory()}
			},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			on(t, c.host, c.break_)
			defer odooctl(t, "apply", "--at-once", inventory())
			defer on(t, c.host, c.mend)
			was := on(t, c.host, c.look)
			s := streaming(t, c.ask)
			time.Sleep(300 * time.Millisecond)
			r := odooctl(t, c.args(t)...)
			time.Sleep(300 * time.Millisecond)
			s.stop()
			r.want(t, 5).has(t, c.host, "put back")
			untouched(t, c.host, was, c.look)
			t.Logf("%s: %d requests sent, %d lost", c.name, s.sent.Load(), s.lost.Load())
			if s.lost.Load() > 0 || s.sent.Load() < 20 {
				t.Errorf("%d of %d requests lost: %v", s.lost.Load(), s.sent.Load(), s.last.Load())
			}
		})
	}
}
