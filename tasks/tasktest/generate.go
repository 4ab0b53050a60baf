package tasktest

import (
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
	"regexp"
	"strconv"
	"strings"
)

var (
	generatedDays  = regexp.MustCompile(`-days (\d+)`)
	generatedNames = regexp.MustCompile(`subjectAltName=([^']*)`)
	generatedKey   = regexp.MustCompile(`\$\{1%/\*\}/\.(\S+?)\.odooctl-`)
)

// generate makes the content of a file that is made on its host: a key, or a
// certificate from the key that is staged beside it.
func (t *transaction) generate(shell, p string) (string, error) {
	switch {
	case strings.Contains(shell, "openssl ecparam"):
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return "", err
		}
		der, err := x509.MarshalECPrivateKey(key)
		return string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})), err
	case strings.Contains(shell, "openssl req -x509"):
		return t.certificate(shell, path.Dir(p))
	case strings.Contains(shell, "ssh-keygen -q"):
		return "-----BEGIN OPENSSH PRIVATE KEY-----\n" + t.h.name + ":" + p + "\n", nil
	case strings.Contains(shell, "ssh-keygen -y"):
		return t.public(strings.TrimSuffix(p, ".pub"))
	}
	return "", fmt.Errorf("the fake host cannot run %s", shell)
}

// public is the public half of an SSH key that is staged, or was there before.
func (t *transaction) public(p string) (string, error) {
	f, ok := t.staged[p]
	if !ok {
		f, ok = t.h.files[p]
	}
	if !ok {
		return "", fmt.Errorf("the key %s is not there", p)
	}
	_, of, _ := strings.Cut(f.text, "\n")
	return sshKey(strings.TrimSpace(of)) + "\n", nil
}

// sshKey has the form of a public key, and says for a reader of tests whose it is.
func sshKey(of string) string {
	return "ssh-ed25519 " + base64.StdEncoding.EncodeToString([]byte(of))
}

func (t *transaction) certificate(shell, dir string) (string, error) {
	days, names, beside := generatedDays.FindStringSubmatch(shell), generatedNames.FindStringSubmatch(shell), generatedKey.FindStringSubmatch(shell)
	if days == nil || names == nil || beside == nil {
		return "", fmt.Errorf("no -days, subjectAltName or staged key in %s", shell)
	}
	block, _ := pem.Decode([]byte(t.staged[dir+"/"+beside[1]].text))
	if block == nil {
		return "", fmt.Errorf("the key %s is not staged", beside[1])
	}
	key, err := x509.ParseECPrivateKey(block.Bytes)
	if err != nil {
		return "", err
	}
	n, err := strconv.Atoi(days[1])
	if err != nil {
		return "", err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: t.h.now, NotAfter: t.h.now.AddDate(0, 0, n)}
	for name := range strings.SplitSeq(names[1], ",") {
		if ip, ok := strings.CutPrefix(name, "IP:"); ok {
			template.IPAddresses = append(template.IPAddresses, net.ParseIP(ip))
			continue
		}
		template.DNSNames = append(template.DNSNames, strings.TrimPrefix(name, "DNS:"))
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), err
}
