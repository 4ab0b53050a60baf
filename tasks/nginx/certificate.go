package nginx

import (
	"cmp"
	"net/netip"
	"path"
	"strings"
	"time"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/certificate"
)

func init() {
	tasks.Register("nginx.certificate", "the certificate of each deployment's site",
		func() tasks.Task { return &Certificate{} })
}

// directory has the certificates and keys that odooctl made or installed.
const directory = "/etc/nginx/odooctl"

// Certificate manages the inventory's certificates: given ones, ones that an ACME
// authority issues to the host, and self-signed ones. A key that was made on a host
// never leaves it.
type Certificate struct{}

// pair is the paths of a deployment's certificate and key.
type pair struct{ chain, key string }

// own returns the paths of what odooctl made or installed.
func own(d *inventory.Deployment) pair {
	return pair{directory + "/" + d.Name + ".pem", directory + "/" + d.Name + ".key"}
}

// pairOf returns the certificate that nginx uses for a deployment now: an authority's
// as soon as there is one.
func pairOf(h *tasks.Host, d *inventory.Deployment) pair {
	if d.Nginx.TLS.ACME != nil {
		if l := lineageOf(h, d); l.stands {
			return l.pair()
		}
	}
	return own(d)
}

// Plan implements tasks.Task.
func (Certificate) Plan(h *tasks.Host) error {
	expire(h) // the host's present state, before any edit
	var failed error
	kept := map[string]bool{}     // files in directory
	lineages := map[string]bool{} // of certbot
	for _, d := range h.NginxOf() {
		err := error(nil)
		switch t := d.Nginx.TLS; {
		case t.ACME != nil:
			l := lineageOf(h, d)
			lineages[l.name] = l.stands
			if !l.stands {
				stand(h, d, false)
			}
			kept[own(d).chain] = !l.stands
			err = obtain(h, d, l)
		case !t.Certificate.IsZero():
			kept[own(d).chain] = true
			err = install(h, d)
		case t.SelfSigned:
			kept[own(d).chain] = true
			stand(h, d, true)
		}
		failed = cmp.Or(failed, err)
	}
	clearPairs(h, kept)
	clearLineages(h, lineages)
	clearCertbot(h)
	return failed
}

// lifetime of a self-signed certificate, in days. Browsers refuse more than 398.
const lifetime = 397

// stand makes a self-signed certificate on the host. It is replaced when the names
// change and in the last third of its life. One that an authority has signed stays
// unless always is set: it may well serve until there is another.
func stand(h *tasks.Host, d *inventory.Deployment, always bool) {
	p := own(d)
	h.Directory(directory, "root", "root", 0o755)
	chain, private := h.File(p.chain), h.Private(p.key)
	why := unfit(chain.Text(), d.Nginx.Names(), h.Now, always)
	if why == "" && !private.Exists() {
		why = "its key is missing"
	}
	if why == "" {
		private.Own("root", "root", 0o600)
		return
	}
	private.Generate(certificate.GenerateKey, true).Own("root", "root", 0o600)
	chain.Generate(certificate.Generate(path.Base(p.key), lifetime, d.Nginx.ServerNames[0],
		altNames(d.Nginx.Names())), true).Own("root", "root", 0o644)
	h.Notify(Unit, tasks.Reload, "new certificate for "+d.Nginx.ServerNames[0]+": "+why)
}

// altNames is the value of subjectAltName in openssl's syntax (x509v3_config(5)).
func altNames(names []string) string {
	list := make([]string, len(names))
	for i, n := range names {
		list[i] = "DNS:" + n
		if _, err := netip.ParseAddr(n); err == nil {
			list[i] = "IP:" + n
		}
	}
	return strings.Join(list, ",")
}

// unfit returns why a certificate on a host cannot serve these names now; "" = it can.
// Self-signed ones have to be renewed early, because nothing else renews them.
func unfit(text string, names []string, now time.Time, selfSigned bool) string {
	if text == "" {
		return "there is none"
	}
	chain, err := certificate.ParseChain(text)
	if err != nil {
		return err.Error()
	}
	leaf := chain[0]
	if selfSigned {
		if !certificate.SelfSigned(leaf) {
			return "an authority has signed it"
		}
		if certificate.StandingOf(leaf, now) == certificate.Due {
			return "it expires on " + leaf.NotAfter.Format(time.DateOnly)
		}
	}
	switch certificate.StandingOf(leaf, now) {
	case certificate.Expired:
		return "it expired on " + leaf.NotAfter.Format(time.DateOnly)
	case certificate.NotYet:
		return "it is valid from " + leaf.NotBefore.Format(time.DateOnly)
	}
	for _, n := range names {
		if err := leaf.VerifyHostname(n); err != nil {
			return err.Error()
		}
	}
	return ""
}

// clearPairs removes certificates and keys of ours that no site uses any more.
func clearPairs(h *tasks.Host, kept map[string]bool) {
	for _, chain := range h.Glob(directory + "/*.pem") {
		if kept[chain] {
			continue
		}
		h.File(chain).Remove()
		h.Private(strings.TrimSuffix(chain, path.Ext(chain)) + ".key").Remove()
	}
}
