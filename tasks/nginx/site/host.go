package site

import "errors"

// LocalAddress is where nginx tells its generation. Every connection to port 80
// comes in through one socket of nginx, and this address tells apart what it is
// for; it belongs to the loopback, so that no other machine can send to it (RFC
// 1122, section 3.2.1.3).
const LocalAddress = "127.111.0.19"

// Host is what the file of a whole host is made of: what its sites share.
type Host struct {
	Nginx      Version
	Generation string // letters and digits that name what nginx shall have read
	IPv6       bool   // listen on [::] too

	// DefaultHTTP and DefaultTLS refuse names that no site has. They need ports
	// on which no server listens but ours.
	DefaultHTTP bool
	DefaultTLS  bool

	// How the sites of the host speak TLS. Up to nginx 1.29.1 the default server
	// decides over the protocols of all of them.
	TLS            Profile // the weaker of two; empty: Intermediate
	X25519MLKEM768 bool
	// Certificate and Key are those of any site. Before nginx 1.19.4 a server
	// that refuses everybody has to show one.
	Certificate string
	Key         string
}

// RenderHost returns the text of the file of a host. The error joins a
// *FieldError for every field that is missing or could not stand in the file.
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

// hostPage is what the template of a host's file asks for.
type hostPage struct{ Host }

// Local is the address of the generation.
func (h hostPage) Local() string { return LocalAddress }

// Rejects reports that nginx can end a handshake without a certificate.
func (h hostPage) Rejects() bool { return h.Nginx.RejectsHandshake() }

// Crypto is how the default server speaks TLS.
func (h hostPage) Crypto() crypto { return crypto{h.Nginx, h.TLS, h.X25519MLKEM768} }
