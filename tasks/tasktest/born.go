package tasktest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"path"
	"regexp"
	"strconv"
	"strings"
)

var (
	bornDays  = regexp.MustCompile(`-days (\d+)`)
	bornNames = regexp.MustCompile(`subjectAltName=([^']*)`)
	bornKey   = regexp.MustCompile(`\$\{1%/\*\}/\.(\S+?)\.odooctl-`)
)

// bear makes the content of a file that is made on its host: a key, or a
// certificate from the key that is staged beside it.
func (t *transaction) bear(shell, p string) (string, error) {
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
	}
	return "", fmt.Errorf("the fake host cannot run %s", shell)
}

func (t *transaction) certificate(shell, dir string) (string, error) {
	days, names, beside := bornDays.FindStringSubmatch(shell), bornNames.FindStringSubmatch(shell), bornKey.FindStringSubmatch(shell)
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
		template.DNSNames = append(template.DNSNames, strings.TrimPrefix(name, "DNS:"))
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), err
}
