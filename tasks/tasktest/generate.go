package tasktest

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"path"
	"strconv"
	"strings"
)

// generate generates the content of a file on its host: a key, or a certificate from the
// key that is staged beside it.
func (t *transaction) generate(shell, p string) (string, error) {
	switch {
	case strings.Contains(shell, "openssl ecparam"):
		return encode("EC PRIVATE KEY", must(x509.MarshalECPrivateKey(newKey()))), nil
	case strings.Contains(shell, "openssl req -x509"):
		return t.certificate(shell, path.Dir(p)), nil
	case strings.Contains(shell, "ssh-keygen -q"):
		return "-----BEGIN OPENSSH PRIVATE KEY-----\n" + t.h.name + ":" + p + "\n", nil
	case strings.Contains(shell, "ssh-keygen -y"):
		return t.public(strings.TrimSuffix(p, ".pub"))
	}
	return "", fmt.Errorf("the fake host cannot run %s", shell)
}

// public is the public half of an SSH key that is staged, or existed before.
func (t *transaction) public(p string) (string, error) {
	_, of, ok := strings.Cut(cmp.Or(t.staged[p], t.h.files[p]).Text, "\n")
	if !ok {
		return "", fmt.Errorf("the key %s is not there", p)
	}
	return sshKey(strings.TrimSpace(of)) + "\n", nil
}

// sshKey has the form of a public key, and contains its owner's name for readers of
// tests.
func sshKey(of string) string {
	return "ssh-ed25519 " + base64.StdEncoding.EncodeToString([]byte(of))
}

// certificate makes a self-signed certificate as openssl's shell says.
func (t *transaction) certificate(shell, dir string) string {
	c := commands(shell)
	arg := c[len(c)-1] // self_signed FILE KEY DAYS NAME ALTERNATIVES
	block, _ := pem.Decode([]byte(t.staged[dir+"/"+arg[2]].Text))
	key := must(x509.ParseECPrivateKey(block.Bytes))
	return t.h.certificate(strings.Split(arg[5], ","), must(strconv.Atoi(arg[3])), key, key)
}

// certificate is for names such as DNS:odoo.example.com and a key, and made with another
// key: an authority's, or the same.
func (h *host) certificate(names []string, days int, key, by *ecdsa.PrivateKey) string {
	form := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: h.now,
		NotAfter: h.now.AddDate(0, 0, days)}
	for _, name := range names {
		if ip, ok := strings.CutPrefix(name, "IP:"); ok {
			form.IPAddresses = append(form.IPAddresses, net.ParseIP(ip))
		} else {
			form.DNSNames = append(form.DNSNames, strings.TrimPrefix(name, "DNS:"))
		}
	}
	issuer := form
	if by != key {
		issuer = &x509.Certificate{Subject: pkix.Name{CommonName: "authority"}}
	}
	return encode("CERTIFICATE", must(x509.CreateCertificate(rand.Reader, form, issuer, &key.PublicKey, by)))
}

func newKey() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) }

func encode(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// must is for what fails only where the fake or a test is wrong.
func must[V any](v V, err error) V {
	if err != nil {
		panic(err)
	}
	return v
}
