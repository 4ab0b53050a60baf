//go:build lab

package e2e

import (
	"fmt"
	"testing"
)

const other = "next.mycompany.example"

// acme is the lab's inventory with certificates of the ACME server for both sites;
// mycompany has these names.
func acme(t *testing.T, names string, pairs ...string) string {
	t.Helper()
	how := fmt.Sprintf("tls: {acme: {email: ops@mycompany.example, server: \"https://%s1:14000/dir\", ca: acme-root.pem}}",
		subnet)
	return edited(t, append(pairs, asked, "server_name: "+names+"\n      "+how,
		"server_name: "+other+"\n      tls: {self_signed: true}", "server_name: "+other+"\n      "+how)...)
}

// TestACME: a real ACME server issues certificates to certbot 2 and 5 behind nginx 1.22
// and 1.30, certbot's own timer renews them, and nothing is left after a switch to
// other certificates.
func TestACME(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	defer odooctl(t, "apply", "--at-once", inventory())
	ours := newAuthority(t)
	p := runPebble(t, ours)
	web1, next1 := fleet.Host("web1").Address(), fleet.Host("next1").Address()
	file := acme(t, company)

	long(t, "wrong DNS", func(t *testing.T) {
		// The name resolves to a host that serves something else.
		p.point(company, fleet.Host("db1").Address().String())
		was := on(t, "web1", "sha256sum /etc/nginx/sites-available/* /etc/nginx/odooctl/*")
		odooctl(t, "apply", "-l", "web1", file).want(t, 5).has(t, "web1", "get a certificate for "+company,
			"onnection refused", "put back")
		untouched(t, "web1", was, "sha256sum /etc/nginx/sites-available/* /etc/nginx/odooctl/*")
	})
	p.point(company, web1.String())
	p.point("www.mycompany.example", web1.String())
	p.point(other, next1.String())
	odooctl(t, "plan", "--detailed-exitcode", file).want(t, 2).has(t, "get a certificate for "+company,
		"known after apply")
	odooctl(t, "apply", file).want(t, 0)
	odooctl(t, "plan", "--detailed-exitcode", file).want(t, 0)
	odooctl(t, "status", "-o", "json", file).want(t, 0).has(t, `"what": "certificate of `+company+`"`,
		`"what": "certificate of `+other+`"`)
	issued := served(t, web1, company, p.root)
	t.Logf("%s: serial %d from %s until %s", company, issued.SerialNumber, issued.Issuer, issued.NotAfter)

	t.Run("renew", func(t *testing.T) {
		on(t, "web1", "systemctl start certbot.service") // as its timer does
		renewed(t, web1, company, p.root, issued)
		before := served(t, next1, other, p.root)
		on(t, "next1", "REQUESTS_CA_BUNDLE=/run/odooctl-acme-roots.pem certbot renew --force-renewal "+
			"--no-random-sleep-on-renew 2>&1")
		renewed(t, next1, other, p.root, before)
		odooctl(t, "plan", "--detailed-exitcode", file).want(t, 0)
	})
	long(t, "another name", func(t *testing.T) {
		file := acme(t, "["+company+", www.mycompany.example]")
		odooctl(t, "apply", "-l", "web1", file).want(t, 0)
		served(t, web1, "www.mycompany.example", p.root)
	})
	long(t, "several hosts", func(t *testing.T) {
		// The authority connects only to web1, which passes the request to next1.
		file := acme(t, company, "hosts: [web1]", "hosts: [web1, next1]")
		odooctl(t, "apply", file).want(t, 0)
		a, b := served(t, web1, company, p.root), served(t, next1, company, p.root)
		if a.SerialNumber.Cmp(b.SerialNumber) == 0 {
			t.Errorf("both hosts serve serial %d: a key has left its host", a.SerialNumber)
		}
		odooctl(t, "plan", "--detailed-exitcode", file).want(t, 0)
	})
	t.Run("from elsewhere again", func(t *testing.T) {
		ours.issue("first", 0, aYear, company)
		odooctl(t, "apply", given(t, "first.pem", "first.key")).want(t, 0)
		served(t, web1, company, ours.root)
		odooctl(t, "apply", inventory()).want(t, 0)
		odooctl(t, "plan", "--detailed-exitcode", inventory()).want(t, 0)
		for _, host := range []string{"web1", "next1"} {
			if left := on(t, host, "find /etc/letsencrypt -name '*odooctl*'; find /etc/systemd/system -path "+
				"'*certbot*odooctl*'; certbot certificates 2>/dev/null | grep -i name: || true; grep -rl letsencrypt /etc/nginx "+
				"|| true"); left != "" {
				t.Errorf("%s: left over:\n%s", host, left)
			}
			on(t, host, "systemctl start certbot.service") // nothing to renew, and no failure
		}
	})
}
