// Package certificate checks X.509 certificates and their keys: text in, findings out.
// It does no I/O.
//
//	chain, findings := certificate.Check(certificate.Given{Chain: pem, Key: key}, names, now)
//	if err := certificate.Worst(findings); err != nil { ... }
package certificate

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Given is a certificate and its key in PEM (RFC 7468).
type Given struct {
	Chain string // the server's own certificate, then each issuer
	Key   string // PKCS #8, PKCS #1 or SEC 1, without a passphrase
}

// Subject is which of the two texts a finding is about.
type Subject string

// The subjects.
const (
	Chain Subject = "certificate"
	Key   Subject = "key"
)

// Finding is a problem of a certificate or its key. Its text is without a subject: "it
// expired on 2026-01-02".
type Finding struct {
	Of      Subject
	Warning bool // clients accept it all the same
	Text    string
}

func (f Finding) Error() string { return "the " + string(f.Of) + ": " + f.Text }

// Worst joins the findings that are not warnings; nil if there are none.
func Worst(findings []Finding) error {
	var errs []error
	for _, f := range findings {
		if !f.Warning {
			errs = append(errs, f)
		}
	}
	return errors.Join(errs...)
}

// Check finds everything for which a TLS server or its clients would refuse the
// certificate: a key that does not match, a chain that is out of order, names that are
// not covered, its validity, weak keys and signatures. names are those that clients
// connect to, "*.example.com" among them; nil: any. It returns the chain as far as it
// could be parsed.
func Check(g Given, names []string, now time.Time) (chain []*x509.Certificate, list []Finding) {
	chain, err := ParseChain(g.Chain)
	if err != nil {
		list = append(list, Finding{Of: Chain, Text: err.Error()})
	}
	key, err := ParseKey(g.Key)
	if err != nil {
		list = append(list, Finding{Of: Key, Text: err.Error()})
	}
	if len(chain) == 0 {
		return nil, list
	}
	add := func(warning bool, format string, args ...any) {
		list = append(list, Finding{Of: Chain, Warning: warning, Text: fmt.Sprintf(format, args...)})
	}
	leaf := chain[0]
	if key != nil && !key.Equal(leaf.PublicKey) {
		list = append(list, Finding{Of: Key, Text: "it does not belong to the certificate of " + Name(leaf) +
			mate(key, chain)})
	}
	if err := order(chain); err != nil {
		add(false, "%v", err)
	}
	for _, err := range missing(leaf, names) {
		add(false, "%v", err)
	}
	for i, c := range chain {
		if err := timely(c, now); err != nil {
			add(false, "%s%v", which(i, c), err)
		}
		if err := strong(c); err != nil && !(i > 0 && SelfSigned(c)) {
			add(false, "%s%v", which(i, c), err)
		}
	}
	if !usable(leaf) {
		add(false, "it is not for servers: its extended key usage lacks serverAuth")
	}
	for _, w := range doubts(chain, now) {
		add(true, "%s", w)
	}
	return chain, list
}

// which names a certificate of the chain in a message about the whole file.
func which(i int, c *x509.Certificate) string {
	if i == 0 {
		return ""
	}
	return fmt.Sprintf("issuer %s: ", Name(c))
}

// mate reports if the key belongs to a later certificate of the file.
func mate(key publicKey, chain []*x509.Certificate) string {
	for i, c := range chain[1:] {
		if key.Equal(c.PublicKey) {
			return fmt.Sprintf("; it belongs to certificate %d of the file, %s: the server's own comes first",
				i+2, Name(c))
		}
	}
	return ""
}

// missing lists the names that the certificate does not cover.
func missing(leaf *x509.Certificate, names []string) (list []error) {
	var lacking []string
	for _, n := range names {
		if leaf.VerifyHostname(n) != nil {
			lacking = append(lacking, n)
		}
	}
	if len(lacking) == 0 {
		return nil
	}
	has := Names(leaf)
	if len(has) == 0 {
		return []error{fmt.Errorf("it has no subjectAltName, and clients look nowhere else (RFC 9525): get one for %s",
			strings.Join(lacking, ", "))}
	}
	return []error{fmt.Errorf("it is not for %s: it is for %s", strings.Join(lacking, ", "), abridged(has))}
}

func abridged(names []string) string {
	if len(names) > 8 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:8], ", "), len(names)-8)
	}
	return strings.Join(names, ", ")
}

func timely(c *x509.Certificate, now time.Time) error {
	switch {
	case now.Before(c.NotBefore):
		return fmt.Errorf("it is valid from %s only", day(c.NotBefore))
	case now.After(c.NotAfter):
		return fmt.Errorf("it expired on %s", day(c.NotAfter))
	}
	return nil
}

// day leaves the hour out where it does not matter.
func day(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// usable: RFC 5280, section 4.2.1.12; without the extension every use is allowed.
func usable(c *x509.Certificate) bool {
	return len(c.ExtKeyUsage)+len(c.UnknownExtKeyUsage) == 0 ||
		slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageServerAuth) ||
		slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageAny)
}

// strong refuses what the CA/Browser Forum's Baseline Requirements 2.0 (6.1.5, 7.1.3)
// and OpenSSL's security level 2 refuse.
func strong(c *x509.Certificate) error {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		if n := key.N.BitLen(); n < 2048 {
			return fmt.Errorf("its RSA key has %d bits: clients want 2048 or more", n)
		}
	case *ecdsa.PublicKey:
		if key.Curve == elliptic.P224() {
			return errors.New("its key is on the curve P-224: clients want P-256 or P-384")
		}
	case ed25519.PublicKey:
	default:
		return fmt.Errorf("its key is of a kind that TLS servers do not use (%s)", c.PublicKeyAlgorithm)
	}
	switch c.SignatureAlgorithm {
	case x509.MD2WithRSA, x509.MD5WithRSA, x509.SHA1WithRSA, x509.DSAWithSHA1, x509.ECDSAWithSHA1:
		return fmt.Errorf("it is signed with %s, which clients refuse", c.SignatureAlgorithm)
	}
	return nil
}
