package certificate_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"testing"
	"time"
)

// pair is a certificate made by a test, and its key.
type pair struct {
	cert           *x509.Certificate
	private        *ecdsa.PrivateKey
	pem, key, sec1 string
}

// form is the input of a pair.
type form struct {
	template *x509.Certificate
	issuer   *pair
	curve    elliptic.Curve
	private  *ecdsa.PrivateKey
}

type option func(*form)

func names(list ...string) option { return func(f *form) { f.template.DNSNames = list } }
func by(issuer *pair) option      { return func(f *form) { f.issuer = issuer } }
func curve(c elliptic.Curve) option {
	return func(f *form) { f.curve = c }
}
func use(u x509.ExtKeyUsage) option {
	return func(f *form) { f.template.ExtKeyUsage = []x509.ExtKeyUsage{u} }
}
func life(from, until time.Duration) option {
	return func(f *form) { f.template.NotBefore, f.template.NotAfter = now.Add(from), now.Add(until) }
}
func authority(name string) option {
	return func(f *form) {
		f.template.Subject.CommonName = name
		f.template.IsCA, f.template.BasicConstraintsValid, f.template.KeyUsage = true, true, x509.KeyUsageCertSign
	}
}

func made(t testing.TB, options ...option) *pair {
	t.Helper()
	f := form{template: &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: now.Add(-day),
		NotAfter: now.Add(90 * day)}, curve: elliptic.P256()}
	for _, o := range options {
		o(&f)
	}
	if f.private == nil {
		var err error
		if f.private, err = ecdsa.GenerateKey(f.curve, rand.Reader); err != nil {
			t.Fatal(err)
		}
	}
	parent, signer := f.template, f.private
	if f.template.Subject.CommonName == "" {
		f.template.Subject = pkix.Name{CommonName: "test"}
	}
	if f.issuer != nil {
		parent, signer = f.issuer.cert, f.issuer.private
	}
	der, err := x509.CreateCertificate(rand.Reader, f.template, parent, &f.private.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	p := &pair{private: f.private, pem: encode("CERTIFICATE", der)}
	if p.cert, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(f.private)
	if err != nil {
		t.Fatal(err)
	}
	sec1, err := x509.MarshalECPrivateKey(f.private)
	if err != nil {
		t.Fatal(err)
	}
	p.key, p.sec1 = encode("PRIVATE KEY", pkcs8), encode("EC PRIVATE KEY", sec1)
	return p
}

// again is the same authority with its old key in another certificate.
func again(t testing.TB, old, issuer *pair, options ...option) *pair {
	return made(t, append([]option{authority(old.cert.Subject.CommonName), by(issuer),
		func(f *form) { f.private = old.private }}, options...)...)
}

func pemOf(t testing.TB, chain ...*pair) (text string) {
	t.Helper()
	for _, p := range chain {
		text += p.pem
	}
	return text
}

func encode(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// Two made by openssl, as Go makes neither.
const (
	rsa1024 = `-----BEGIN CERTIFICATE-----
MIICFzCCAYCgAwIBAgIUSn6ql9QiR0fxmhvLtxnUi5sSmk8wDQYJKoZIhvcNAQEL
BQAwDzENMAsGA1UEAwwEd2VhazAeFw0yNjExMjIyMDI0MDFaFw0zNTAyMDgyMDI0
MDFaMA8xDTALBgNVBAMMBHdlYWswgZ8wDQYJKoZIhvcNAQEBBQADgY0AMIGJAoGB
AKTCRt3KCC+TmClppzhIOQOMFxL7mzIZb5z+WB7aBCOAheEKmgsucYLeY+0SpsNm
M0o80MpyRJt1ErHUasUF7Ce4F8kUjNh4DfFPec3MA/pTnjOQl0RdfRVYBVNff8Rx
fmkBaDYODDaH6GJyI91p5Ro3wZ3pJk/HbU2YH8fIGJRDAgMBAAGjcDBuMB0GA1Ud
DgQWBBTHnViAYA0MCqq8MpmuxFl6wuLtXTAfBgNVHSMEGDAWgBTHnViAYA0MCqq8
MpmuxFl6wuLtXTAPBgNVHRMBAf8EBTADAQH/MBsGA1UdEQQUMBKCEG9kb28uZXhh
bXBsZS5jb20wDQYJKoZIhvcNAQELBQADgYEAfQxD0cu7HpZX023zSdohIEOW2znW
Lr6AGZex9dpNsu0pGH9w6OZOGXXPdt1xwcXkNg7l6aDjmXU3ZMb8Kf08albqoWqC
2kTjFcj1+eR+hKCIcs9+GoBklaujHe7RZDmg90xfIajBdU1pfrwzD+RAsnWTi9Zp
/wPFvsX4U55AAJU=
-----END CERTIFICATE-----
`
	sha1 = `-----BEGIN CERTIFICATE-----
MIIDHDCCAgSgAwIBAgIUPo+Mx40LdqDy5chvlZmQam5nwpQwDQYJKoZIhvcNAQEF
BQAwDzENMAsGA1UEAwwEc2hhMTAeFw0yNjExMjIyMDI0MDFaFw0zNTAyMDgyMDI0
MDFaMA8xDTALBgNVBAMMBHNoYTEwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEK
AoIBAQCuoXcdsFhlshSuMzDgkpk88RpqLWUWpo4aNDQ4T4Kp+ypsNqHZCah/liec
O5FuoQCKJkguVOQSetNRBoBhZN/Ve1xb/sNhZxrkbMbottddSweSF5Bt2VSnnsEm
HHzA3dpp1rASE409WNftCnZ1gcUFIWi4FeHVn8LOmuSE3HUcD+OHQQSWLN5HCFdR
LSE/XK+8OWrZheswpWfzurofkxuV7XfMnbz8xThagmbW/9nU2fKPTbzDBnhmb6sE
U3RcAbC+oWw8TZoNlQUbB/DumOQYO8xdsikjb5LluqbAOCWb/XTWaxPYGRyo49+d
GX1oLMUJyidU+jO5M8kHpBV2FsirAgMBAAGjcDBuMB0GA1UdDgQWBBTsV5j+5uos
veUd23lwC6fw3wXA6zAfBgNVHSMEGDAWgBTsV5j+5uosveUd23lwC6fw3wXA6zAP
BgNVHRMBAf8EBTADAQH/MBsGA1UdEQQUMBKCEG9kb28uZXhhbXBsZS5jb20wDQYJ
KoZIhvcNAQEFBQADggEBAJie7egZ0VMTqXpukAB/8HDrBUZjIRnjJXo6T/xPmTJc
J1VrjHPpUsLtBoCUemmKIvYpyYkGh8XjLbxhTfMp2E8mPezfsQJXBgrc3M5NVgmA
tcwX/xiRiId+3Z8hhAtPK7z2IaBYkz2XcU6K1XssvROaIL58FRNsnvJ4h29JM3Q/
yBGhjCJLBmXWKvrgAvi9G53flImeDLGRbkp/Q8KE74TJqTwQonB+iHW3QeUIbGw8
rX8KrkEyzKHRMG90wkjmI6ROo/FdNiLzeEBbNRdtRPUvsoyjgJ6ZLVHmQ8G1FaCP
jFicjC3POiOi71336PAtvVBrEdtWEuMNIhJ7FiNOkn8=
-----END CERTIFICATE-----
`
)
