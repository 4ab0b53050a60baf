package nginx

import (
	"fmt"
	"strings"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/certificate"
	"odooctl/tasks/nginx/site"
)

// servedShell compares the certificate that nginx presents for a name with a file. If
// they differ it prints one line and fails.
const servedShell = `served() {
	now=$(timeout 5 openssl s_client -connect 127.0.0.1:443 -servername "$1" </dev/null 2>/dev/null | openssl x509 -noout -serial -fingerprint -sha256 -enddate 2>/dev/null)
	[ "$now" != "$(openssl x509 -in "$2" -noout -serial -fingerprint -sha256 -enddate 2>/dev/null)" ] || return 0
	if [ -z "$now" ]; then
		echo "nginx serves no certificate for $1 on port 443"
	else
		echo "nginx does not serve $2 for $1, but a certificate that ends on ${now##*=}: has it been reloaded, and does another site have this name?"
	fi
	return 1
}
`

// served returns shell that succeeds if nginx presents the right certificate for every
// site of ours, and otherwise prints the one that it presents. A name or a certificate that
// the site's file does not have yet, because a host is only drained, is not asked for.
func served(h *tasks.Host) string {
	var b strings.Builder
	l := layoutOf(h)
	b.WriteString(servedShell + "bad=0\n")
	for _, d := range h.NginxOf() {
		if chain := pairOf(h, d).chain; d.Nginx.TLS.Enabled() && site.Presents(h.File(l.file(d)).Text(),
			d.Nginx.ServerNames[0], chain) {
			fmt.Fprintf(&b, "served %s %s || bad=1\n", probed(d), chain)
		}
	}
	b.WriteString("[ $bad = 0 ]")
	return b.String()
}

// probed is a name that the site answers to.
func probed(d *inventory.Deployment) string {
	return strings.Replace(d.Nginx.ServerNames[0], "*", "odooctl", 1)
}

// expire records when the certificates on the host expire.
func expire(h *tasks.Host) {
	for _, d := range h.NginxOf() {
		p := pairOf(h, d)
		if chain, err := certificate.ParseChain(h.File(p.chain).Text()); err == nil {
			h.Expires(tasks.Expiry{What: "certificate of " + d.Nginx.ServerNames[0], File: p.chain,
				From: chain[0].NotBefore, Until: chain[0].NotAfter})
		}
	}
}
