package certificate

import (
	"crypto/x509"
	"time"
)

// Standing is the phase of a certificate's life.
type Standing string

// The standings. A certificate is due in the last third of its life, when ACME
// clients renew too (Let's Encrypt, integration guide; certbot 4).
const (
	NotYet  Standing = "not yet valid"
	Fresh   Standing = "valid"
	Due     Standing = "due"
	Expired Standing = "expired"
)

// StandingOf returns the phase of the certificate's life at a time.
func StandingOf(c *x509.Certificate, now time.Time) Standing {
	return StandingIn(c.NotBefore, c.NotAfter, now)
}

// StandingIn is StandingOf for a life from one time to another.
func StandingIn(from, until, now time.Time) Standing {
	switch {
	case now.Before(from):
		return NotYet
	case now.After(until):
		return Expired
	case until.Sub(now) < until.Sub(from)/3:
		return Due
	}
	return Fresh
}

// Names lists the names and addresses of the certificate's subjectAltName.
func Names(c *x509.Certificate) []string {
	names := append([]string{}, c.DNSNames...)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	return names
}

// Name is a certificate's name for messages.
func Name(c *x509.Certificate) string {
	switch names := Names(c); {
	case !c.IsCA && len(names) > 0:
		return names[0]
	case c.Subject.CommonName != "":
		return c.Subject.CommonName
	}
	return c.Subject.String()
}
