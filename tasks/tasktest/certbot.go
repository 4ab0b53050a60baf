package tasktest

import (
	"crypto/x509"
	"fmt"
	"regexp"
)

// addCertbot installs Debian's certbot on the host.
func (h *host) addCertbot() {
	h.units["certbot.timer"] = unit{"enabled", true}
	h.put("/etc/letsencrypt/cli.ini", plainFile(""))
}

var (
	certbotName   = regexp.MustCompile(`--cert-name (\S+)`)
	certbotServer = regexp.MustCompile(`--server (\S+)`)
	certbotRoot   = regexp.MustCompile(`--webroot-path (\S+)`)
	certbotDomain = regexp.MustCompile(`--domain (\S+)`)
)

// certbot is `certbot certonly`: it gets a certificate for a lineage, as the next
// version of what there is.
func (h *host) certbot(shell string) {
	find := func(re *regexp.Regexp) string { return re.FindStringSubmatch(shell)[1] }
	var names []string
	for _, m := range certbotDomain.FindAllStringSubmatch(shell, -1) {
		names = append(names, m[1])
	}
	own := newKey()
	chain, key := h.certificate(names, 90, own, newKey()), encode("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(own)))
	const dir = "/etc/letsencrypt/"
	name := find(certbotName)
	version := len(h.glob(dir+"archive/"+name+"/fullchain*.pem")) + 1
	for kind, text := range map[string]string{"cert": chain, "chain": chain, "fullchain": chain, "privkey": key} {
		target := fmt.Sprintf("archive/%s/%s%d.pem", name, kind, version)
		h.put(dir+target, File{'f', "root", "root", 0o600, text})
		h.put(dir+"live/"+name+"/"+kind+".pem", link("../../"+target))
	}
	if _, ok := h.files[dir+"renewal-hooks/deploy"]; !ok {
		h.put(dir+"renewal-hooks/deploy", directory)
	}
	h.put(dir+"live/"+name+"/README", plainFile(""))
	h.put(dir+"renewal/"+name+".conf", plainFile(fmt.Sprintf("[renewalparams]\nserver = %s\nauthenticator = webroot\n"+
		"webroot_path = %s,\n", find(certbotServer), find(certbotRoot))))
}
