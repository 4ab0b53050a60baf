package site

import "errors"

// LocalAddress is where nginx reports its generation. Every connection to port 80
// arrives at one socket of nginx, and this address identifies the purpose; it belongs
// to the loopback, so that no other machine can connect to it (RFC 1122, section
// 3.2.1.3).
const LocalAddress = "127.111.0.19"

// Host is the input of a host's shared file.
type Host struct {
	Nginx      Version
	Generation string // letters and digits that identify the files nginx should have read
	IPv6       bool   // listen on [::] too

	// DefaultHTTP and DefaultTLS refuse names that no site has. They need ports on
	// which only our servers listen.
	DefaultHTTP bool
	DefaultTLS  bool

	// The TLS configuration of the host's sites. Up to nginx 1.29.1 the default server
	// determines the protocols of all of them.
	TLS            Profile // the weaker of two; empty: Intermediate
	X25519MLKEM768 bool
	// Certificate and Key are those of any site. Before nginx 1.19.4 a server that
	// refuses everything has to present one.
	Certificate string
	Key         string
}

// RenderHost returns the text of a host's file. The error joins a *FieldError for every
// field that is missing or invalid in the file.
func RenderHost(h Host) (string, error) {
	if h.TLS == "" {
		h.TLS = Intermediate
	}
	var errs []error
	fail := func(field string, err error) {
		if err != nil {
			errs = append(errs, &FieldError{"odooctl", field, err.Error()})
		}
	}
	fail("Nginx", checkVersion(h.Nginx))
	fail("Generation", matches(siteName, h.Generation, "letters and digits"))
	fail("TLS", oneOf(h.TLS, Intermediate, Modern))
	if h.DefaultTLS && !(hostPage{h}).Rejects() {
		fail("Certificate", checkPath(h.Certificate))
		fail("Key", checkPath(h.Key))
	}
	if len(errs) > 0 {
		return "", errors.Join(errs...)
	}
	return execute("host", "this machine", hostPage{h})
}

// hostPage is the data of the template of a host's file.
type hostPage struct{ Host }

// Local is the address of the generation.
func (h hostPage) Local() string { return LocalAddress }

// Rejects reports that nginx can end a handshake without a certificate.
func (h hostPage) Rejects() bool { return h.Nginx.RejectsHandshake() }

// Crypto is the default server's TLS configuration.
func (h hostPage) Crypto() crypto { return crypto{h.Nginx, h.TLS, h.X25519MLKEM768} }
