//go:build lab

package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// authority issues certificates as a company's own does: a root, and an intermediate
// that signs.
type authority struct {
	t            *testing.T
	root, middle *x509.Certificate
	key          *ecdsa.PrivateKey // of the intermediate
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t}
	rootKey := newKey(t)
	a.key = newKey(t)
	make := func(name string, key *ecdsa.PrivateKey, parent *x509.Certificate,
		signer *ecdsa.PrivateKey) *x509.Certificate {
		c := &x509.Certificate{SerialNumber: serial(t), Subject: pkix.Name{CommonName: name},
			NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0),
			IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
		if parent == nil {
			parent = c
		}
		return signed(t, c, parent, key, signer)
	}
	a.root = make("e2e root", rootKey, nil, rootKey)
	a.middle = make("e2e intermediate", a.key, a.root, rootKey)
	return a
}

// issue writes a certificate with its intermediate and its key beside the inventory, as
// NAME.pem and NAME.key, and returns the certificate.
func (a *authority) issue(name string, from, until time.Duration, names ...string) *x509.Certificate {
	a.t.Helper()
	key := newKey(a.t)
	c := &x509.Certificate{SerialNumber: serial(a.t), Subject: pkix.Name{CommonName: names[0]},
		NotBefore: time.Now().Add(from), NotAfter: time.Now().Add(until)}
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			c.IPAddresses = append(c.IPAddresses, ip)
		} else {
			c.DNSNames = append(c.DNSNames, n)
		}
	}
	c = signed(a.t, c, a.middle, key, a.key)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		a.t.Fatal(err)
	}
	keep(a.t, name+".pem", "CERTIFICATE", c.Raw, a.middle.Raw)
	keep(a.t, name+".key", "PRIVATE KEY", der)
	return c
}

func signed(t *testing.T, c, parent *x509.Certificate, key, signer *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	if c, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	return c
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func serial(t *testing.T) *big.Int {
	t.Helper()
	n, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// keep writes blocks of PEM beside the inventory.
func keep(t *testing.T, name, kind string, blocks ...[]byte) {
	t.Helper()
	var text []byte
	for _, b := range blocks {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b})...)
	}
	if err := os.WriteFile(filepath.Join(folder, name), text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// served is the certificate that a client of the authority gets for a name. A chain
// that does not lead to its root, or another name, fails the test.
func served(t *testing.T, addr netip.Addr, name string, root *x509.Certificate) *x509.Certificate {
	t.Helper()
	pool := x509.NewCertPool()
	pool.AddCert(root)
	c, err := tls.DialWithDialer(&net.Dialer{Timeout: 10 * time.Second}, "tcp", net.JoinHostPort(addr.String(), "443"),
		&tls.Config{RootCAs: pool, ServerName: name})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	defer c.Close()
	return c.ConnectionState().PeerCertificates[0]
}

// renewed waits until another certificate is served: after nginx's reload old workers
// answer until the new ones do.
func renewed(t *testing.T, addr netip.Addr, name string, root *x509.Certificate, was *x509.Certificate) {
	t.Helper()
	eventually(t, 10*time.Second, func() error {
		if served(t, addr, name, root).SerialNumber.Cmp(was.SerialNumber) == 0 {
			return fmt.Errorf("%s: serial %d is served as before", name, was.SerialNumber)
		}
		return nil
	})
}
