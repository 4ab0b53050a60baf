package site

import "strings"

// crypto is a server's TLS configuration, after Mozilla's guideline.
type crypto struct {
	Nginx          Version
	Profile        Profile
	X25519MLKEM768 bool
}

// HTTP2Listen is the form as a parameter of listen.
func (c crypto) HTTP2Listen() string {
	if c.HTTP2() {
		return ""
	}
	return " http2"
}

// HTTP2 is the form as a directive.
func (c crypto) HTTP2() bool { return c.Nginx.HTTP2() }

// HTTP2Limits reports that HTTP/2 would refuse lines that HTTP/1.1 takes.
func (c crypto) HTTP2Limits() bool { return c.Nginx.HTTP2Limits() }

// TicketsOff reports that session tickets would keep one key for ever.
func (c crypto) TicketsOff() bool { return !c.Nginx.RotatesTickets() }

func (c crypto) Curves() string {
	curves := "X25519:prime256v1:secp384r1"
	if c.X25519MLKEM768 {
		return "X25519MLKEM768:" + curves
	}
	return curves
}

func (c crypto) Protocols() string {
	if c.Profile == Modern {
		return "TLSv1.3"
	}
	return "TLSv1.2 TLSv1.3"
}

// Ciphers are those of TLS 1.2; TLS 1.3 has its own.
func (c crypto) Ciphers() string {
	if c.Profile == Modern {
		return ""
	}
	return strings.Join([]string{
		"ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256",
		"ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384",
		"ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
	}, ":")
}

// Ordered reports whether the server's order of ciphers counts with TLS 1.2. Mozilla
// leaves it to the client, as all of them are strong; testssl.sh calls that a weakness
// of high severity. A client that prefers ChaCha, for lack of AES in hardware, still
// gets it.
func (c crypto) Ordered() bool { return c.Profile != Modern }

// ClientsChaCha reports that nginx can be told so.
func (c crypto) ClientsChaCha() bool { return c.Ordered() && c.Nginx.TLSCommands() }
