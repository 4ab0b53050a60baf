package nginx

import (
	"fmt"
	"net"
	"regexp"
	"strings"
	"time"

	"odooctl/inventory"
	"odooctl/remote/shell"
	"odooctl/tasks"
	"odooctl/tasks/certificate"
)

const (
	certbotDir = "/etc/letsencrypt"
	// webroot is where certbot puts its answers to the authority's challenges (RFC
	// 8555, section 8.3), for nginx to serve.
	webroot = "/var/www/odooctl-acme"
)

// lineage is certbot's term for a certificate with all its renewals.
type lineage struct {
	name   string // odooctl-mycompany: other names are not ours
	stands bool   // it exists, and nginx can use it
	why    string // why a certificate has to be requested; "" = it need not be
}

func (l lineage) pair() pair {
	live := certbotDir + "/live/" + l.name
	return pair{live + "/fullchain.pem", live + "/privkey.pem"}
}

// lineageOf reads what certbot has for a deployment, and how it would renew it.
func lineageOf(h *tasks.Host, d *inventory.Deployment) lineage {
	l := lineage{name: "odooctl-" + d.Name}
	archived(h) // to read the target of the link in live in the same round
	conf, chain := h.File(certbotDir+"/renewal/"+l.name+".conf"), h.File(l.pair().chain)
	if !conf.Exists() || !chain.Exists() {
		l.why = "there is none"
		return l
	}
	l.stands = true
	server, directory := renewalParam(conf.Text(), "server"), d.Nginx.TLS.ACME.Directory()
	if l.why = unfit(chain.Text(), d.Nginx.Names(), h.Now, false); l.why != "" {
		return l
	}
	switch {
	case server != directory:
		l.why = "it is from " + server
	case renewalParam(conf.Text(), "authenticator") != "webroot" ||
		!strings.Contains(renewalParam(conf.Text(), "webroot_path"), webroot):
		l.why = "certbot would renew it in another way"
	case overdue(chain.Text(), h.Now):
		l.why = "it should have been renewed"
	}
	return l
}

// overdue reports whether certbot's own timer should already have renewed the
// certificate: less than a sixth of its life is left.
func overdue(text string, now time.Time) bool {
	chain, err := certificate.ParseChain(text)
	return err == nil && chain[0].NotAfter.Sub(now) < chain[0].NotAfter.Sub(chain[0].NotBefore)/6
}

// renewalParam reads a value of certbot's renewal file.
func renewalParam(text, name string) string {
	m := regexp.MustCompile(`(?m)^` + name + ` = (.*)$`).FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	return m[1]
}

// obtain makes certbot get a certificate and keep it renewed. The first time, nginx
// needs some certificate to start with and answer the challenge; once there is one of
// the authority, the host is planned again.
func obtain(h *tasks.Host, d *inventory.Deployment, l lineage) error {
	ready, err := certbot(h, d)
	if err != nil {
		return err
	}
	name := d.Nginx.ServerNames[0]
	again := func() { h.Unknown("the certificate of %s from %s", name, authority(d)) }
	switch {
	case ready && l.why == "":
	case !ready, !answers(h, d):
		again()
	default:
		if !l.stands {
			again()
		}
		h.Command(tasks.Command{
			Title: fmt.Sprintf("get a certificate for %s from %s: %s",
				strings.Join(d.Nginx.Names(), ", "), authority(d), l.why),
			Doing:  "getting a certificate for " + strings.Join(d.Nginx.Names(), ", "),
			Run:    request(d, l),
			Within: 300,
		})
	}
	return nil
}

// authority names the issuer of a deployment's certificate.
func authority(d *inventory.Deployment) string {
	a := d.Nginx.TLS.ACME
	switch {
	case a.Server != "":
		return a.Server
	case a.Staging:
		return "Let's Encrypt (staging)"
	}
	return "Let's Encrypt"
}

// answers reports whether the authority will get its answer, wherever it asks. A single
// host has its site by the time that the command runs. Of several, the authority may
// ask any, so all need their site first.
func answers(h *tasks.Host, d *inventory.Deployment) bool {
	if len(d.Nginx.Hosts) == 1 {
		return true
	}
	text := h.File(layoutOf(h).file(d)).Text()
	for _, other := range others(h, d) {
		if !strings.Contains(text, " "+other+" max_fails") {
			return false
		}
	}
	return true
}

// others are the other hosts of the site, which may have the answer to a challenge.
func others(h *tasks.Host, d *inventory.Deployment) (list []string) {
	for _, o := range d.Nginx.Hosts {
		if o.Name != h.Name {
			list = append(list, net.JoinHostPort(o.Address, "80"))
		}
	}
	return list
}

// request is shell that requests a certificate and lets nginx serve it. The inventory
// has agreed to the terms of service.
func request(d *inventory.Deployment, l lineage) string {
	a := d.Nginx.TLS.ACME
	words := []string{"certbot", "certonly", "--non-interactive", "--agree-tos", "--email", a.Email, "--server",
		a.Directory(),
		"--cert-name", l.name, "--key-type", "ecdsa", "--webroot", "--webroot-path", webroot, "--force-renewal",
		"--renew-with-new-domains"}
	for _, n := range d.Nginx.Names() {
		words = append(words, "--domain", n)
	}
	run := shell.Words(words...)
	if !a.CA.IsZero() {
		run = bundle + " && REQUESTS_CA_BUNDLE=" + bundleFile + " " + run
	}
	if l.stands {
		run += " && RENEWED_LINEAGE=" + certbotDir + "/live/" + l.name + " " + hook
	}
	return run
}
