package nginx

import (
	"cmp"
	_ "embed"
	"fmt"
	"path"
	"slices"
	"strings"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/certificate"
)

const (
	// hook is run by certbot after each renewal (certbot, "Renewing certificates").
	hook = certbotDir + "/renewal-hooks/deploy/odooctl"
	// roots has the root certificates of private authorities.
	roots = certbotDir + "/odooctl-roots"
	// bundleFile is what certbot's Python uses as root certificates for the connection
	// to the authority, in place of the machine's: so it contains those too.
	bundleFile = "/run/odooctl-acme-roots.pem"
	// A machine has one of the two lists of roots, and cat continues without the other.
	bundle = "cat /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt " + roots +
		"/*.pem 2>/dev/null >" + bundleFile + " || [ -s " + bundleFile + " ]"
)

// hookText reloads nginx for a certificate of ours. If nginx refuses the files it keeps
// running with the old ones.
//
//go:embed renewed.sh
var hookText string

// timers renew certificates: those of Debian's package, of RHEL's, of the snap.
var timers = map[string]string{
	"certbot.timer":            "certbot.service",
	"certbot-renew.timer":      "certbot-renew.service",
	"snap.certbot.renew.timer": "snap.certbot.renew.service",
}

// certbot ensures that certbot is installed, runs twice a day, and reloads nginx after
// a renewal. It is not ready while its package is still to be installed.
func certbot(h *tasks.Host, d *inventory.Deployment) (ready bool, err error) {
	for _, p := range []string{hook, webroot, roots, dropIn(serviceOf(h))} {
		for ; p != "/"; p = path.Dir(p) {
			h.IsDirectory(p) // to read it in the same round as the timers
		}
	}
	timer := timerOf(h)
	if timer == "" {
		if ready, err = h.Package("certbot"); err != nil || !ready {
			return false, err
		}
		return false, fmt.Errorf("%s: certbot on %s has no timer that renews certificates, none of %s",
			d.Nginx.TLS.Pos, h.Name, strings.Join(timerNames(), ", "))
	}
	if !h.IsDirectory(webroot) {
		h.Directory(webroot, "root", "root", 0o755)
	}
	// Before certbot has run for the first time there is nothing to renew. Then it
	// creates its hooks' directory, and others beside it.
	if h.IsDirectory(path.Dir(hook)) {
		h.File(hook).SetText(hookText).Own("root", "root", 0o755)
	}
	if err := trust(h, d); err != nil {
		return false, &tasks.InputError{Err: err}
	}
	return true, h.Unit(timer).Run()
}

func timerNames() []string {
	names := []string{}
	for name := range timers {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func timerOf(h *tasks.Host) (found string) {
	for _, name := range timerNames() {
		if h.Unit(name).Exists() && found == "" {
			found = name
		}
	}
	return found
}

// trust makes certbot, and nothing else on the host, trust a private authority, for the
// first request and for renewals.
func trust(h *tasks.Host, d *inventory.Deployment) error {
	ca := d.Nginx.TLS.ACME.CA
	if ca.IsZero() {
		return nil
	}
	text, err := ca.Read()
	if err != nil {
		return err
	}
	chain, err := certificate.ParseChain(text)
	if err != nil {
		return fmt.Errorf("%s: ca %s: %w", ca.Pos, ca, err)
	}
	for _, c := range chain {
		if s := certificate.StandingOf(c, h.Now); s == certificate.Expired || s == certificate.NotYet {
			return fmt.Errorf("%s: ca %s: %s is valid from %s to %s only",
				ca.Pos, ca, certificate.Name(c), c.NotBefore.Format("2006-01-02"), c.NotAfter.Format("2006-01-02"))
		}
	}
	h.Directory(roots, "root", "root", 0o755)
	h.File(roots + "/" + d.Name + ".pem").SetText(ended(text))
	file := dropIn(serviceOf(h))
	if dir := path.Dir(file); !h.IsDirectory(dir) {
		h.Directory(dir, "root", "root", 0o755)
	}
	h.File(file).SetText("# Written by odooctl; edits are put back.\n[Service]\nEnvironment=REQUESTS_CA_BUNDLE=" +
		bundleFile + "\nExecStartPre=/bin/sh -c '" + bundle + "'\n")
	return nil
}

// clearCertbot removes certbot's settings for sites that no longer use an authority.
func clearCertbot(h *tasks.Host) {
	asked := false
	kept := map[string]bool{}
	for _, d := range h.NginxOf() {
		if a := d.Nginx.TLS.ACME; a != nil {
			asked = true
			kept[roots+"/"+d.Name+".pem"] = !a.CA.IsZero()
			kept[roots] = kept[roots] || !a.CA.IsZero()
		}
	}
	if !asked {
		h.Unlink(hook)
	}
	for _, p := range h.Glob(roots + "/*.pem") {
		if !kept[p] {
			h.Unlink(p)
		}
	}
	if kept[roots] {
		return
	}
	h.Unlink(roots)
	files := h.Glob(dropInDirs + "/*")
	for _, dir := range h.Glob(dropInDirs) {
		inside := 0
		for _, f := range files {
			if path.Dir(f) == dir {
				inside++
			}
		}
		if file := dir + "/odooctl.conf"; slices.Contains(files, file) {
			h.Unlink(file)
			if inside == 1 {
				h.Unlink(dir)
			}
		}
	}
}

// serviceOf is what the timer starts; before certbot is installed, what it will start.
func serviceOf(h *tasks.Host) string { return cmp.Or(timers[timerOf(h)], "certbot.service") }

const dropInDirs = "/etc/systemd/system/*certbot*.service.d"

// dropIn is our drop-in for certbot's service.
func dropIn(service string) string { return "/etc/systemd/system/" + service + ".d/odooctl.conf" }
