package certificate

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/x509"
	"fmt"
	"slices"
	"time"
)

// SelfSigned reports whether a certificate is its own issuer.
func SelfSigned(c *x509.Certificate) bool {
	return bytes.Equal(c.RawIssuer, c.RawSubject) &&
		c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil
}

// signed reports whether the issuer signed the certificate. A weak algorithm is a
// separate finding.
func signed(c, issuer *x509.Certificate) bool {
	if !bytes.Equal(c.RawIssuer, issuer.RawSubject) {
		return false
	}
	err := c.CheckSignatureFrom(issuer)
	_, weak := err.(x509.InsecureAlgorithmError)
	return err == nil || weak
}

// order requires the order of RFC 5246, section 7.4.2: the server's own first, then
// each certificate that certifies the one before it.
func order(chain []*x509.Certificate) error {
	if leaf := chain[0]; leaf.IsCA && len(chain) > 1 {
		if i := slices.IndexFunc(chain, func(c *x509.Certificate) bool { return !c.IsCA }); i > 0 {
			return fmt.Errorf("the first of its %d certificates is the authority %s: put %s first, then its issuer, and so on",
				len(chain), Name(leaf), Name(chain[i]))
		}
	}
	for i, c := range chain[:len(chain)-1] {
		next := chain[i+1]
		if bytes.Equal(c.Raw, next.Raw) {
			return fmt.Errorf("%s is in it twice", Name(c))
		}
		if signed(c, next) {
			continue
		}
		for j, other := range chain {
			if j != i && signed(c, other) {
				return fmt.Errorf("its certificates are out of order: %s was signed by %s, which is number %d: put it right after",
					Name(c), Name(other), j+1)
			}
		}
		if SelfSigned(c) {
			return fmt.Errorf("%s is a root: no certificate can follow it, and %s does", Name(c), Name(next))
		}
		return fmt.Errorf("%s was signed by %s and not by %s, which follows it", Name(c), c.Issuer.String(), Name(next))
	}
	return nil
}

// doubts are problems that clients accept, or some of them.
func doubts(chain []*x509.Certificate, now time.Time) (list []string) {
	leaf, last := chain[0], chain[len(chain)-1]
	if len(chain) > 1 && SelfSigned(last) {
		list = append(list,
			fmt.Sprintf("the root %s is in it: clients have their own, so it only makes every handshake larger",
				Name(last)))
	}
	if len(chain) == 1 && !SelfSigned(leaf) {
		list = append(list,
			fmt.Sprintf("no issuer is in it: unless %s is a root that clients know, append its certificate",
				leaf.Issuer.String()))
	}
	switch key := leaf.PublicKey.(type) {
	case ed25519.PublicKey:
		list = append(list, "its key is Ed25519, which browsers do not take")
	case *ecdsa.PublicKey:
		if key.Curve == elliptic.P521() {
			list = append(list, "its key is on the curve P-521, which not all browsers take")
		}
	}
	if StandingOf(leaf, now) == Due {
		list = append(list, fmt.Sprintf("it expires on %s: get the next one", day(leaf.NotAfter)))
	}
	return list
}
