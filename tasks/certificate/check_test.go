package certificate_test

import (
	"crypto/elliptic"
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"odooctl/tasks/certificate"
)

var now = time.Date(2026, 12, 22, 12, 0, 0, 0, time.UTC)

const day = 24 * time.Hour

func TestCheck(t *testing.T) {
	root := made(t, authority("root"))
	other := made(t, authority("other root"))
	middle := made(t, authority("middle"), by(root))
	lower := made(t, authority("lower"), by(middle))
	leaf := made(t, names("odoo.example.com", "*.shop.example.com"), by(middle))
	deep := made(t, names("odoo.example.com"), by(lower))
	alone := made(t, names("odoo.example.com"))
	with := func(options ...option) *pair {
		return made(t, append([]option{names("odoo.example.com"), by(middle)}, options...)...)
	}
	good := leaf.pem + middle.pem
	for _, test := range []struct {
		name       string
		chain, key string
		names      []string
		want       []string // beginnings of the findings; ~ before a warning
	}{
		{"good", good, leaf.key, []string{"odoo.example.com"}, nil},
		{"wildcards", good, leaf.key, []string{"a.shop.example.com", "*.shop.example.com", "ODOO.example.com"}, nil},
		{"no names asked", good, leaf.key, nil, nil},
		{"text between", "Certificate:\n  Data\n" + leaf.pem + "\n subject\n" + middle.pem + "end\n",
			leaf.key, nil, nil},
		{"self-signed", alone.pem, alone.key, []string{"odoo.example.com"}, nil},
		{"EC parameters first", good, "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" +
			leaf.sec1, nil, nil},
		{"deep", deep.pem + lower.pem + middle.pem, deep.key, nil, nil},

		{"other names", good, leaf.key, []string{"odoo.example.com", "example.com", "b.a.shop.example.com"},
			[]string{"certificate: it is not for example.com, b.a.shop.example.com: it is for odoo.example.com, " +
				"*.shop.example.com"}},
		{"no names", made(t, by(middle)).pem, "", []string{"odoo.example.com"},
			[]string{"key: it holds no private key", "certificate: it has no subjectAltName",
				"~certificate: no issuer"}},
		{"another key", good, middle.key, nil,
			[]string{"key: it does not belong to the certificate of odoo.example.com; it belongs to certificate 2 of the " +
				"file, middle"}},
		{"a stranger's key", good, other.key, nil,
			[]string{"key: it does not belong to the certificate of odoo.example.com"}},
		{"exchanged", leaf.key, leaf.pem, nil, []string{"certificate: it holds a private key as well",
			"key: it holds a certificate where the key should be"}},
		{"key in the chain", good + leaf.key, leaf.key, nil, []string{"certificate: it holds a private key as well"}},
		{"encrypted", good, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n", nil,
			[]string{"key: it is encrypted"}},
		{"encrypted the old way", good,
			"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nMAA=\n" +
				"-----END RSA PRIVATE KEY-----\n", nil, []string{"key: it is encrypted"}},
		{"damaged key", good, "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n", nil,
			[]string{"key: its key cannot be read"}},
		{"empty", "", "", nil, []string{"certificate: it holds no certificate in PEM",
			"key: it holds no private key in PEM"}},
		{"DER", string(leaf.cert.Raw), leaf.key, nil, []string{"certificate: it is DER"}},
		{"breaks off", leaf.pem + middle.pem[:200], leaf.key, nil,
			[]string{"certificate: it breaks off after 1", "~certificate: no issuer"}},
		{"a bundle of roots", strings.Repeat(root.pem, 30), leaf.key, nil,
			[]string{"certificate: it holds more than 20", "key: ", "certificate: root is in it twice",
				"~certificate: the root"}},

		{"without issuer", leaf.pem, leaf.key, nil,
			[]string{"~certificate: no issuer is in it: unless CN=middle is a root"}},
		{"with root", good + root.pem, leaf.key, nil, []string{"~certificate: the root root is in it"}},
		{"issuer first", middle.pem + leaf.pem, leaf.key, nil,
			[]string{"key: it does not belong to the certificate of middle; it belongs to certificate 2",
				"certificate: the first of its 2 certificates is the authority middle: put odoo.example.com first"}},
		{"out of order", deep.pem + middle.pem + lower.pem, deep.key, nil,
			[]string{"certificate: its certificates are out of order: odoo.example.com was signed by lower, which is number 3"}},
		{"a gap", deep.pem + middle.pem, deep.key, nil,
			[]string{"certificate: odoo.example.com was signed by CN=lower and not by middle"}},
		{"another authority", leaf.pem + other.pem, leaf.key, nil,
			[]string{"certificate: odoo.example.com was signed by CN=middle and not by other root",
				"~certificate: the root other root"}},
		{"same name, another key", leaf.pem + made(t, authority("middle"), by(root)).pem, leaf.key, nil,
			[]string{"certificate: odoo.example.com was signed by CN=middle and not by middle"}},
		{"twice", leaf.pem + leaf.pem + middle.pem, leaf.key, nil,
			[]string{"certificate: odoo.example.com is in it twice"}},
		{"self-signed and more", alone.pem + middle.pem, alone.key, nil,
			[]string{"certificate: odoo.example.com is a root: no certificate can follow it"}},

		{"expired", pemOf(t, with(life(-60*day, -day)), middle), "", nil,
			[]string{"key: ", "certificate: it expired on 2026-12-21 12:00 UTC"}},
		{"not yet", pemOf(t, with(life(day, 60*day)), middle), "", nil,
			[]string{"key: ", "certificate: it is valid from 2026-12-23 12:00 UTC only"}},
		{"due", pemOf(t, with(life(-61*day, 29*day)), middle), "", nil,
			[]string{"key: ", "~certificate: it expires on 2027-01-20 12:00 UTC"}},
		{"issuer expired", leaf.pem + again(t, middle, root, life(-60*day, -day)).pem, leaf.key, nil,
			[]string{"certificate: issuer middle: it expired"}},
		{"for clients", pemOf(t, with(use(x509.ExtKeyUsageClientAuth)), middle), "", nil,
			[]string{"key: ", "certificate: it is not for servers"}},
		{"for any use", pemOf(t, with(use(x509.ExtKeyUsageAny)), middle), "", nil, []string{"key: "}},
		{"P-224", pemOf(t, with(curve(elliptic.P224())), middle), "", nil,
			[]string{"key: ", "certificate: its key is on the curve P-224"}},
		{"P-521", pemOf(t, with(curve(elliptic.P521())), middle), "", nil,
			[]string{"key: ", "~certificate: its key is on the curve P-521"}},
		{"RSA 1024", rsa1024, "", nil, []string{"key: ", "certificate: its RSA key has 1024 bits"}},
		{"SHA-1", sha1, "", nil, []string{"key: ", "certificate: it is signed with SHA1-RSA"}},
	} {
		_, findings := certificate.Check(certificate.Given{Chain: test.chain, Key: test.key}, test.names, now)
		var got []string
		for _, f := range findings {
			text := string(f.Of) + ": " + f.Text
			if f.Warning {
				text = "~" + text
			}
			got = append(got, text)
		}
		if len(got) != len(test.want) {
			t.Errorf("%s: %d findings, want %d:\n%s", test.name, len(got), len(test.want), strings.Join(got, "\n"))
			continue
		}
		for i := range got {
			if !strings.HasPrefix(got[i], test.want[i]) {
				t.Errorf("%s: %q, want %q", test.name, got[i], test.want[i])
			}
		}
		if bad := certificate.Worst(findings); (bad == nil) != (len(test.want) == 0 ||
			strings.HasPrefix(test.want[0], "~")) {
			t.Errorf("%s: %v", test.name, bad)
		}
	}
}

func TestStanding(t *testing.T) {
	for _, test := range []struct {
		from, until time.Duration
		want        certificate.Standing
	}{
		{day, 2 * day, certificate.NotYet},
		{-day, 2 * day, certificate.Fresh},
		{-60 * day, 30 * day, certificate.Fresh}, // exactly a third
		{-60*day - time.Second, 30*day - time.Second, certificate.Due},
		{-5 * day, day, certificate.Due}, // a certificate of six days
		{-5 * day, 0, certificate.Due},
		{-5 * day, -time.Second, certificate.Expired},
	} {
		if got := certificate.StandingIn(now.Add(test.from), now.Add(test.until), now); got != test.want {
			t.Errorf("from %s until %s: %s, want %s", test.from, test.until, got, test.want)
		}
	}
}

// FuzzCheck: whatever the files contain, there is an answer, and it quotes no key.
func FuzzCheck(f *testing.F) {
	leaf := made(f, names("odoo.example.com"))
	f.Add(leaf.pem, leaf.key)
	f.Add(leaf.key, leaf.pem)
	f.Add(rsa1024+sha1, leaf.sec1)
	f.Fuzz(func(t *testing.T, chain, key string) {
		_, findings := certificate.Check(certificate.Given{Chain: chain, Key: key}, []string{"odoo.example.com"}, now)
		for _, finding := range findings {
			for line := range strings.Lines(key) {
				if len(line) > 40 && strings.Contains(finding.Text, strings.TrimSpace(line)) {
					t.Errorf("%s quotes the key", finding.Text)
				}
			}
		}
	})
}
