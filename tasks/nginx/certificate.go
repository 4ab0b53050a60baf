package nginx

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"
	"time"

	"odooctl/inventory"
	"odooctl/tasks"
)

func init() {
	tasks.Register("nginx.certificate", "the certificate of each deployment's site", func() tasks.Task { return &Certificate{} })
}

// directory holds certificates and keys that odooctl made or installed.
const directory = "/etc/nginx/odooctl"

// paths returns where a deployment's certificate and key stand on the nginx host.
func paths(d *inventory.Deployment) (cert, key string) {
	return directory + "/" + d.Name + ".pem", directory + "/" + d.Name + ".key"
}

// Certificate makes a self-signed certificate on the host, where the inventory
// asks for one. The key never leaves the host. It is made anew when the names
// change and in the last third of its life.
type Certificate struct{}

// lifetime of a self-signed certificate, in days. Browsers refuse more than 398.
const lifetime = 397

// Plan implements tasks.Task.
func (Certificate) Plan(h *tasks.Host) error {
	for _, d := range h.NginxOf() {
		if !d.Nginx.TLS.Enabled() {
			continue
		}
		if !d.Nginx.TLS.SelfSigned {
			return fmt.Errorf("%s: only tls: {self_signed: true} is built yet", d.Nginx.TLS.Pos)
		}
		cert, key := paths(d)
		h.Directory(directory, "root", "root", 0o755)
		chain, private := h.File(cert), h.Private(key)
		why := unfit(chain.Text(), d.Nginx.ServerNames, h.Now)
		if why == "" && !private.Exists() {
			why = "its key is missing"
		}
		if why == "" {
			private.Own("root", "root", 0o600)
			continue
		}
		names := "DNS:" + strings.Join(d.Nginx.ServerNames, ",DNS:")
		// The key is staged first, for its name sorts first; the certificate is
		// made from the staged key.
		private.Bear(`openssl ecparam -name prime256v1 -genkey -noout -out "$1"`, true).Own("root", "root", 0o600)
		chain.Bear(fmt.Sprintf(`openssl req -x509 -new -key "${1%%/*}/.%s.key.odooctl-${1##*.odooctl-}" -days %d -subj '/CN=%s' -addext 'subjectAltName=%s' -out "$1"`,
			d.Name, lifetime, d.Nginx.ServerNames[0], names), true).Own("root", "root", 0o644)
		h.Notify(Unit, tasks.Reload, "new certificate for "+d.Nginx.ServerNames[0]+": "+why)
	}
	return nil
}

// unfit says why a certificate cannot serve these names now; "" = it can.
func unfit(text string, names []string, now time.Time) string {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return "there is none"
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return "it cannot be read: " + err.Error()
	}
	if life := cert.NotAfter.Sub(cert.NotBefore); cert.NotAfter.Sub(now) < life/3 {
		return "it expires on " + cert.NotAfter.Format(time.DateOnly)
	}
	for _, n := range names {
		if err := cert.VerifyHostname(n); err != nil {
			return err.Error()
		}
	}
	return ""
}
