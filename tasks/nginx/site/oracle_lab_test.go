//go:build lab

package site

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestNginxTakesIt renders sites for the machine's own nginx, combines them in a
// configuration of their own and runs nginx -t on it.
func TestNginxTakesIt(t *testing.T) {
	version := installed(t)
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	certificate, key := selfSigned(t)
	write("cert.pem", certificate)
	write("key.pem", key)
	write("nginx.conf", "pid nginx.pid;\nerror_log error.log;\nevents {}\nhttp {\n    access_log off;\n"+
		"    client_body_temp_path body;\n    proxy_temp_path proxy;\n    fastcgi_temp_path fastcgi;\n"+
		"    uwsgi_temp_path uwsgi;\n    scgi_temp_path scgi;\n    include sites/*;\n}\n")
	if err := os.Mkdir(filepath.Join(dir, "sites"), 0o700); err != nil {
		t.Fatal(err)
	}
	count := 0
	add := func(s Site) {
		t.Helper()
		s.Certificate, s.Key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
		if s.AccessLog != "" {
			s.AccessLog, s.ErrorLog = filepath.Join(dir, s.Name+".access"), filepath.Join(dir, s.Name+".error")
		}
		s.ServerNames[0] = fmt.Sprintf("s%d.example.com", count)
		text, err := Render(s)
		if err != nil {
			t.Fatal(err)
		}
		write(filepath.Join("sites", fmt.Sprintf("%d", count)), text)
		count++
	}
	for _, odoo := range odooVersions {
		s := full(fmt.Sprintf("full%d", odoo), version, odoo)
		s.X25519MLKEM768 = false
		add(s)
	}
	for _, name := range []string{"a-b", "a_b", "a.b", "A-b", strings.Repeat("x", 63)} {
		s := least(name, version, 16)
		s.TLS = Modern
		add(s)
	}
	out, err := exec.Command("nginx", "-t", "-p", dir, "-c", "nginx.conf", "-e",
		filepath.Join(dir, "start.log")).CombinedOutput()
	if err != nil || strings.Contains(string(out), "[warn]") {
		t.Errorf("%v\n%s", err, out)
	}
	t.Logf("%v: %d sites\n%s", version, count, out)
}

func selfSigned(t *testing.T) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now(),
		NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	encode := func(kind string, data []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: data}))
	}
	return encode("CERTIFICATE", der), encode("PRIVATE KEY", pkcs8)
}
