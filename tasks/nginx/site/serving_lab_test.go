//go:build lab

package site

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// nginx is the machine's own nginx, which serves sites on two ports of the loopback, with all
// that it writes in a folder of the test.
type nginx struct {
	t                *testing.T
	dir              string
	version          Version
	certificate, key string
	plain, secure    string // addresses of its ports
	client           *http.Client
}

func newNginx(t *testing.T) *nginx {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	n := &nginx{t: t, dir: dir, version: installed(t), certificate: filepath.Join(dir, "cert.pem"),
		key: filepath.Join(dir, "key.pem"), plain: freePort(t), secure: freePort(t)}
	certificate, key := selfSigned(t)
	n.write("cert.pem", certificate)
	n.write("key.pem", key)
	n.client = &http.Client{
		Timeout: 5 * time.Second,
		Transport: &http.Transport{DisableCompression: true,
			TLSClientConfig: &tls.Config{InsecureSkipVerify: true, ServerName: "odoo.example.com"}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return n
}

// installed is the version of the machine's nginx.
func installed(t *testing.T) (v Version) {
	t.Helper()
	banner, err := exec.Command("nginx", "-v").CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`nginx/(\d+)\.(\d+)\.(\d+)`).FindString(string(banner))
	if _, err := fmt.Sscanf(found, "nginx/%d.%d.%d", &v.Major, &v.Minor, &v.Patch); err != nil {
		t.Fatalf("%v in %q", err, banner)
	}
	return v
}

func (n *nginx) write(name, text string) {
	n.t.Helper()
	file := filepath.Join(n.dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		n.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		n.t.Fatal(err)
	}
}

// serve starts it with the site, and the host's own file, until the test ends.
func (n *nginx) serve(s Site) {
	n.t.Helper()
	s.Nginx = n.version
	text, err := Render(s)
	if err != nil {
		n.t.Fatal(err)
	}
	host, err := RenderHost(Host{Nginx: n.version, Generation: "0", DefaultHTTP: true, DefaultTLS: s.Certificate != "",
		Certificate: s.Certificate, Key: s.Key})
	if err != nil {
		n.t.Fatal(err)
	}
	ports := strings.NewReplacer("listen 80", "listen "+n.plain, "listen 443", "listen "+n.secure,
		"listen "+LocalAddress+":80", "listen "+freePort(n.t))
	n.write("site.conf", ports.Replace(text))
	n.write("host.conf", ports.Replace(host))
	n.write("nginx.conf", "user root;\ndaemon off;\npid nginx.pid;\nerror_log error.log;\nevents {}\nhttp {\n"+
		"    access_log off;\n    client_body_temp_path body;\n    proxy_temp_path proxy;\n    fastcgi_temp_path fastcgi;\n"+
		"    uwsgi_temp_path uwsgi;\n    scgi_temp_path scgi;\n    include host.conf;\n    include site.conf;\n}\n")
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	args := []string{"-p", n.dir, "-c", "nginx.conf"}
	if n.version.AtLeast(1, 19, 5) {
		args = append(args, "-e", filepath.Join(n.dir, "start.log"))
	}
	process := exec.CommandContext(ctx, "nginx", args...)
	process.Cancel = func() error { return process.Process.Signal(os.Interrupt) }
	if err := process.Start(); err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(func() {
		stop()
		_ = process.Wait()
		if n.t.Failed() {
			log, err := os.ReadFile(filepath.Join(n.dir, "error.log"))
			n.t.Logf("error.log: %v\n%s", err, log)
		}
	})
	waitFor(n.t, n.plain)
}

// get requests an address with a Host of its own.
func (n *nginx) get(url, host string, header http.Header) (*http.Response, string) {
	n.t.Helper()
	request, err := http.NewRequest("GET", url, nil)
	if err != nil {
		n.t.Fatal(err)
	}
	request.Header = header
	request.Host = host
	response, err := n.client.Do(request)
	if err != nil {
		n.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		n.t.Fatal(err)
	}
	return response, string(body)
}

// freePort returns a loopback address without a listener.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func waitFor(t *testing.T, address string) {
	t.Helper()
	for range 50 {
		if c, err := net.DialTimeout("tcp", address, time.Second); err == nil {
			c.Close()
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("nothing listens on %s after 5 s", address)
}
