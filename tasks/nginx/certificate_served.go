package nginx

import (
	_ "embed"
	"strings"

	"odooctl/inventory"
	"odooctl/remote/shell"
	"odooctl/tasks"
	"odooctl/tasks/certificate"
	"odooctl/tasks/nginx/site"
)

//go:embed served.sh
var servedProgram string

// served returns shell that succeeds if nginx presents the right certificate for every
// site of ours, and otherwise prints the one that it presents. A name or a certificate that
// the site's file does not have yet, because a host is only drained, is not asked for.
func served(h *tasks.Host) string {
	l := layoutOf(h)
	return presents(h, func(d *inventory.Deployment, chain string) bool {
		return site.Presents(h.File(l.file(d)).Text(), d.Nginx.ServerNames[0], chain)
	})
}

// presents is served for the sites that have a certificate.
func presents(h *tasks.Host, has func(*inventory.Deployment, string) bool) string {
	var pairs []string
	for _, d := range h.NginxOf() {
		if chain := pairOf(h, d).chain; d.Nginx.TLS.Enabled() && has(d, chain) {
			pairs = append(pairs, probed(d), chain)
		}
	}
	return shell.Call(servedProgram, "all_served", pairs...)
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
