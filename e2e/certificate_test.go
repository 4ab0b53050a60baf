//go:build lab

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	company = "odoo.mycompany.example"
	aYear   = 365 * 24 * time.Hour
	// asked is the text in the lab's inventory that the tests replace to change the
	// certificate.
	asked = "server_name: " + company + "\n      tls: {self_signed: true}"
)

// given is the lab's inventory with a certificate of the operator's for mycompany.
func given(t *testing.T, certificate, key string, pairs ...string) string {
	t.Helper()
	return edited(t, append([]string{asked, "server_name: " + company + "\n      tls: {certificate: " + certificate +
		", key: " + key + "}"}, pairs...)...)
}

// TestGivenCertificate: a certificate of the operator's is checked, installed, replaced
// and served; an unusable one is refused, and nothing is touched.
func TestGivenCertificate(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	defer odooctl(t, "apply", "--at-once", inventory())
	web1 := fleet.Host("web1").Address()
	ours := newAuthority(t)
	first := ours.issue("first", -time.Hour, aYear, company)
	second := ours.issue("second", -time.Hour, aYear, "www.mycompany.example", "*.mycompany.example")

	file := given(t, "first.pem", "first.key")
	odooctl(t, "apply", file).want(t, 0)
	odooctl(t, "plan", "--detailed-exitcode", file).want(t, 0)
	if got := served(t, web1, company, ours.root); got.SerialNumber.Cmp(first.SerialNumber) != 0 {
		t.Errorf("serial %d is served, want %d", got.SerialNumber, first.SerialNumber)
	}
	if got := on(t, "web1", "stat -c '%a %U:%G' /etc/nginx/odooctl/mycompany.key "+
		"/etc/nginx/odooctl/mycompany.pem"); got != "600 root:root\n644 root:root\n" {
		t.Errorf("key and certificate: %s", got)
	}
	file = given(t, "second.pem", "{file: second.key}")
	plan := odooctl(t, "plan", "--detailed-exitcode", file).want(t, 2).has(t, "another certificate for "+company)
	if key, err := os.ReadFile(filepath.Join(folder, "second.key")); err != nil ||
		strings.Contains(plan.out+plan.err, strings.Split(string(key), "\n")[1]) {
		t.Errorf("the plan shows the key: %v", err)
	}
	odooctl(t, "apply", file).want(t, 0)
	if got := served(t, web1, company, ours.root); got.SerialNumber.Cmp(second.SerialNumber) != 0 {
		t.Errorf("serial %d is served, want %d", got.SerialNumber, second.SerialNumber)
	}

	t.Run("not reloaded", func(t *testing.T) {
		// Somebody copies another certificate there and does not reload nginx.
		on(t, "web1", "cd /etc/nginx/odooctl && cp -a mycompany.pem /root/was && openssl req -x509 -new -key mycompany.key "+
			"-days 30 -subj /CN=x -addext subjectAltName=DNS:"+company+" -out mycompany.pem")
		odooctl(t, "status", file).want(t, 0).has(t,
			"nginx does not serve /etc/nginx/odooctl/mycompany.pem for "+company, "changes pending",
			"  29 d  ")
		on(t, "web1", "mv /root/was /etc/nginx/odooctl/mycompany.pem")
	})
	t.Run("refused", func(t *testing.T) { refused(t, ours) })
	t.Run("nginx refuses", func(t *testing.T) {
		// A stricter policy in the host's own OpenSSL cannot be known in advance.
		on(t, "web1", "cp -a /etc/ssl/openssl.cnf /root/ && printf 'openssl_conf = init\\n[init]\\nssl_conf = "+
			"ssl\\n[ssl]\\nsystem_default = strict\\n[strict]\\nCipherString = DEFAULT:@SECLEVEL=4\\n' >/etc/ssl/openssl.cnf")
		defer on(t, "web1", "mv /root/openssl.cnf /etc/ssl/openssl.cnf")
		odooctl(t, "apply", given(t, "first.pem", "first.key")).want(t, 5).has(t, "check nginx -t",
			"key too small", "put back")
		if got := served(t, web1, company, ours.root); got.SerialNumber.Cmp(second.SerialNumber) != 0 {
			t.Errorf("serial %d is served after it was put back, want %d", got.SerialNumber, second.SerialNumber)
		}
	})
	odooctl(t, "plan", "--detailed-exitcode", file).want(t, 0)
}

// refused: bad certificates, each in an inventory that would change other hosts too.
func refused(t *testing.T, ours *authority) {
	ours.issue("expired", -2*aYear, -time.Hour, company)
	ours.issue("other", -time.Hour, aYear, "odoo.other.example")
	elsewhere := on(t, "web1",
		"stat -c '%n %Y %i' /etc/nginx/odooctl/* /etc/nginx/sites-available/*; cat /proc/$(cat "+
			"/run/nginx.pid)/task/*/children")
	for _, test := range []struct{ name, certificate, key, why string }{
		{"a key that does not match", "first.pem", "second.key",
			"key from file second.key: it does not belong to the certificate of " + company},
		{"expired", "expired.pem", "expired.key", "expired.pem: it expired on "},
		{"other names", "other.pem", "other.key", "other.pem: it is not for " + company +
			": it is for odoo.other.example"},
		{"no such file", "none.pem", "first.key", "none.pem: no such file or directory"},
	} {
		file := given(t, test.certificate, test.key, "max_connections: 200", "max_connections: 190",
			"limit_time_real: 1200", "limit_time_real: 1100")
		r := odooctl(t, "apply", file).want(t, 1).has(t, filepath.Base(file)+":", test.why)
		if strings.Contains(r.out+r.err, "applying") {
			t.Errorf("%s: something was applied:\n%s", test.name, r.err)
		}
	}
	if now := on(t, "web1", "stat -c '%n %Y %i' /etc/nginx/odooctl/* /etc/nginx/sites-available/*; cat /proc/$(cat "+
		"/run/nginx.pid)/task/*/children"); now != elsewhere {
		t.Errorf("web1 was touched:\n%s\n%s", elsewhere, now)
	}
	odooctl(t, "plan", "--detailed-exitcode", given(t, "second.pem", "second.key")).want(t, 0)
}
