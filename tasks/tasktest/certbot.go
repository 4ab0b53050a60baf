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
	"regexp"
	"strings"
)

// addCertbot installs Debian's certbot on the host.
func (h *host) addCertbot() {
	h.units["certbot.timer"] = unit{"enabled", true}
	h.put("/etc/letsencrypt/cli.ini", file{'f', "root", "root", 0o644, ""})
}

var (
	certbotName   = regexp.MustCompile(`--cert-name (\S+)`)
	certbotServer = regexp.MustCompile(`--server (\S+)`)
	certbotRoot   = regexp.MustCompile(`--webroot-path (\S+)`)
	certbotDomain = regexp.MustCompile(`--domain (\S+)`)
)

// certbot is `certbot certonly`: it gets a certificate for a lineage, as its next
// version.
func (h *host) certbot(shell string) error {
	name, server, root := certbotName.FindStringSubmatch(shell), certbotServer.FindStringSubmatch(shell),
		certbotRoot.FindStringSubmatch(shell)
	if name == nil || server == nil || root == nil {
		return fmt.Errorf("certbot is told too little by %s", shell)
	}
	if h.files[root[1]].kind != 'd' {
		return fmt.Errorf("certbot: %s does not exist", root[1])
	}
	var names []string
	for _, m := range certbotDomain.FindAllStringSubmatch(shell, -1) {
		names = append(names, m[1])
	}
	chain, key, err := h.issue(names)
	if err != nil {
		return err
	}
	const dir = "/etc/letsencrypt/"
	version := len(h.glob(dir+"archive/"+name[1]+"/fullchain*.pem")) + 1
	for kind, text := range map[string]string{"cert": chain, "chain": chain, "fullchain": chain, "privkey": key} {
		target := fmt.Sprintf("archive/%s/%s%d.pem", name[1], kind, version)
		h.put(dir+target, file{'f', "root", "root", 0o600, text})
		h.put(dir+"live/"+name[1]+"/"+kind+".pem", file{'l', "root", "root", 0o777, "../../" + target})
	}
	if _, ok := h.files[dir+"renewal-hooks/deploy"]; !ok {
		h.put(dir+"renewal-hooks/deploy", file{'d', "root", "root", 0o755, ""})
	}
	h.put(dir+"live/"+name[1]+"/README", file{'f', "root", "root", 0o644, ""})
	h.put(dir+"renewal/"+name[1]+".conf", file{'f', "root", "root", 0o644,
		fmt.Sprintf("[renewalparams]\nserver = %s\nauthenticator = webroot\nwebroot_path = %s,\n", server[1], root[1])})
	return nil
}

// issue is an authority's certificate of 90 days.
func (h *host) issue(names []string) (chain, key string, err error) {
	authority, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", "", err
	}
	own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", "", err
	}
	issuer := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"},
		NotBefore: h.now, NotAfter: h.now.AddDate(10, 0, 0), IsCA: true}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: names[0]}, DNSNames: names,
		NotBefore: h.now, NotAfter: h.now.AddDate(0, 0, 90)}
	der, err := x509.CreateCertificate(rand.Reader, leaf, issuer, &own.PublicKey, authority)
	if err != nil {
		return "", "", err
	}
	private, err := x509.MarshalPKCS8PrivateKey(own)
	encode := func(kind string, b []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b}))
	}
	return encode("CERTIFICATE", der), encode("PRIVATE KEY", private), err
}

// isCertbot recognizes its command.
func isCertbot(shell string) bool { return strings.Contains(shell, "certbot certonly") }
