package postgresql

import (
	"fmt"
	"net/netip"
	"strconv"

	"odooctl/inventory"
	"odooctl/remote/shell"
	"odooctl/tasks"
	"odooctl/tasks/certificate"
	"odooctl/tasks/postgresql/cluster"
	"odooctl/tasks/postgresql/version"
)

// The server's certificate and key, beside its configuration.
const (
	certificateFile = "odooctl.pem"
	keyFile         = "odooctl.key" // sorts before the certificate, which is made from it
)

// lifetime of a self-signed certificate, in days. No browser checks it.
const lifetime = 3650

// tls returns the deployment that asks for TLS; nil where none does. The loader
// of the inventory has made sure that those who do ask for the same.
func (s *server) tls() *inventory.Deployment {
	for _, d := range s.deployments {
		if d.PostgreSQL.TLS.Enabled() {
			return d
		}
	}
	return nil
}

// expectTLS requests the files that certificate needs, as far as they are known before
// the cluster is.
func expectTLS(h *tasks.Host, p *inventory.PostgreSQL) {
	if !p.TLS.Enabled() {
		return
	}
	cluster.Ask(h, "ssl_cert_file")
	cluster.Ask(h, "ssl_key_file")
	if p.Version != "" {
		h.Private("/etc/postgresql/" + p.Version + "/" + p.Cluster + "/" + keyFile).Exists()
	}
}

// Encrypted reports whether clients over the network have to use TLS: the
// inventory asks for it, or the server speaks it already.
func (s *server) Encrypted() bool {
	ssl, ok := s.Setting("ssl")
	return s.tls() != nil || ok && ssl.Value == "on"
}

// Encrypts reports whether the inventory requires TLS for the deployment's server.
func Encrypts(h *tasks.Host, d *inventory.Deployment) bool {
	list, err := servers(h)
	if err != nil {
		return false
	}
	for _, s := range list {
		for _, o := range s.deployments {
			if o == d {
				return s.tls() != nil
			}
		}
	}
	return false
}

// certificate puts the server's certificate and key in place. The server takes a
// key that belongs to its user alone (be-secure-common.c,
// check_ssl_key_file_permissions).
func (s *server) certificate(h *tasks.Host) error {
	chain, d := h.File(s.Config+"/"+certificateFile), s.tls()
	if d == nil && !chain.Exists() {
		return nil
	}
	key := h.Private(s.Config + "/" + keyFile)
	switch {
	case d == nil:
		chain.Remove()
		key.Remove()
		return nil
	case d.PostgreSQL.TLS.SelfSigned:
		s.generate(h, chain, key)
		return nil
	}
	given, err := given(h, d.PostgreSQL.TLS)
	if err != nil {
		return err
	}
	was, wasKey := chain.State(), key.State()
	chain.SetText(given.Chain).Own("postgres", "postgres", 0o644)
	key.SetText(given.Key).Own("postgres", "postgres", 0o600)
	if chain.State() != was || key.State() != wasKey {
		h.Notify(s.Unit, s.take(), "new certificate")
	}
	return nil
}

// take is what a new certificate takes.
func (s *server) take() tasks.Verb {
	if !version.Of(s.Major()).ReloadsCert {
		return tasks.Restart
	}
	return tasks.Reload
}

// given reads and checks the certificate that the inventory names.
func given(h *tasks.Host, t inventory.ServerTLS) (g certificate.Given, err error) {
	if g.Chain, err = t.Certificate.Read(); err != nil {
		return g, err
	}
	if g.Key, err = t.Key.Reveal(); err != nil {
		return g, err
	}
	_, findings := certificate.Check(g, nil, h.Now)
	if err := certificate.Worst(findings); err != nil {
		return g, &tasks.InputError{Err: fmt.Errorf("%s: %s: %w", t.Certificate.Pos, t.Certificate, err)}
	}
	for _, f := range findings {
		h.Warn("%s: %s: %v", t.Certificate.Pos, t.Certificate, f)
	}
	return g, nil
}

// generate makes a self-signed certificate on the host, where there is none or it is
// in the last third of its life. The key never leaves the host.
func (s *server) generate(h *tasks.Host, chain, key *tasks.File) {
	why := unfit(chain.Text(), h)
	if why == "" && !key.Exists() {
		why = "its key is missing"
	}
	if why == "" {
		key.Own("postgres", "postgres", 0o600)
		return
	}
	names := "DNS:" + h.Name
	if a, err := netip.ParseAddr(h.Address); err == nil {
		names += ",IP:" + a.String()
	} else if h.Address != h.Name {
		names += ",DNS:" + h.Address
	}
	key.Generate(certificate.GenerateKey, true).Own("postgres", "postgres", 0o600)
	chain.Generate(certificate.Generate(keyFile, lifetime, h.Name, names), true).Own("postgres", "postgres", 0o644)
	h.Notify(s.Unit, s.take(), "new certificate: "+why)
}

// unfit returns why a certificate has to be replaced; "" = it need not.
func unfit(text string, h *tasks.Host) string {
	if text == "" {
		return "there is none"
	}
	chain, err := certificate.ParseChain(text)
	if err != nil {
		return "it cannot be read: " + err.Error()
	}
	if standing := certificate.StandingOf(chain[0], h.Now); standing != certificate.Fresh {
		return "it is " + string(standing)
	}
	if err := chain[0].VerifyHostname(h.Address); err != nil {
		return err.Error()
	}
	return ""
}

// shows fails while the server shows another certificate than the one on disk.
func (s *server) shows(addresses string, port int) string {
	at := "localhost"
	for _, a := range ParseListen(addresses).Addresses() {
		if a.IsUnspecified() {
			continue
		}
		if at = a.String(); a.Is6() {
			at = "[" + at + "]"
		}
		break
	}
	return "shows_certificate " + shell.Words(s.Config+"/"+certificateFile, at+":"+strconv.Itoa(port)) + "\n"
}
