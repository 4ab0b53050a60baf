//go:build lab

package e2e

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// pebble is a real ACME server on this machine's side of the lab's bridge, with its DNS
// server. It is Let's Encrypt's own for tests.
type pebble struct {
	t      *testing.T
	client *http.Client
	dns    string            // address for setting the DNS server's answers
	root   *x509.Certificate // of what it issues
}

// runPebble starts both. The server's own certificate is issued by ours, whose root is
// beside the inventory as acme-root.pem. Its certificates are valid for six days, so
// that any certbot finds them due.
func runPebble(t *testing.T, ours *authority) *pebble {
	t.Helper()
	keep(t, "acme-root.pem", "CERTIFICATE", ours.root.Raw)
	ours.issue("acme", -time.Hour, aYear, subnet+"1")
	pool := x509.NewCertPool()
	pool.AddCert(ours.root)
	p := &pebble{t: t, dns: "http://" + subnet + "1:8055",
		client: &http.Client{Timeout: 10 * time.Second,
			Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}}

	config, err := json.Marshal(map[string]any{"pebble": map[string]any{
		"listenAddress": subnet + "1:14000", "managementListenAddress": subnet + "1:15000",
		"certificate": filepath.Join(folder, "acme.pem"), "privateKey": filepath.Join(folder, "acme.key"),
		"httpPort": 80, "tlsPort": 443, "keyAlgorithm": "ecdsa",
		"retryAfter": map[string]int{"authz": 1, "order": 1},
		"profiles": map[string]any{"default": map[string]any{"description": "six days",
			"validityPeriod": 6 * 24 * 3600}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "pebble.json")
	if err := os.WriteFile(file, config, 0o600); err != nil {
		t.Fatal(err)
	}
	start(t, "pebble-challtestsrv", "-dnsserver", subnet+"1:8053", "-management", subnet+"1:8055", "-defaultIPv4", "",
		"-defaultIPv6", "", "-http01", "", "-https01", "", "-tlsalpn01", "", "-doh", "")
	start(t, "pebble", "-config", file, "-dnsserver", subnet+"1:8053")
	eventually(t, 15*time.Second, func() error {
		block, _ := pem.Decode([]byte(p.get("https://" + subnet + "1:15000/roots/0")))
		if block == nil {
			return fmt.Errorf("pebble does not answer")
		}
		p.root, err = x509.ParseCertificate(block.Bytes)
		return err
	})
	t.Logf("ACME server with root %s", p.root.Subject)
	return p
}

// start runs one of pebble's programs until the test ends.
func start(t *testing.T, name string, args ...string) {
	t.Helper()
	programs, err := filepath.Glob("../bin/pebble-v*/" + name)
	if err != nil || len(programs) != 1 {
		t.Fatalf("%s is not there once: %v; `make acme-server` builds it", name, programs)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	cmd := exec.CommandContext(ctx, programs[0], args...)
	cmd.Env = append(os.Environ(), "PEBBLE_VA_NOSLEEP=1", "PEBBLE_WFE_NONCEREJECT=0", "PEBBLE_AUTHZREUSE=0")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		cmd.Wait()
		if t.Failed() {
			t.Logf("%s: %s", name, said.Bytes()[max(0, said.Len()-3000):])
		}
	})
}

func (p *pebble) get(address string) string {
	res, err := p.client.Get(address)
	if err != nil {
		return ""
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	return string(text)
}

// point makes a name resolve to hosts of the lab, and nothing else.
func (p *pebble) point(name string, addresses ...string) {
	p.t.Helper()
	p.tell("/clear-a", map[string]any{"host": name})
	p.tell("/add-a", map[string]any{"host": name, "addresses": addresses})
}

func (p *pebble) tell(path string, body any) {
	p.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		p.t.Fatal(err)
	}
	res, err := p.client.Post(p.dns+path, "application/json", bytes.NewReader(text))
	if err != nil {
		p.t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		p.t.Fatalf("%s %s: %s", path, text, res.Status)
	}
}
