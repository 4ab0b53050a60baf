package site

import "fmt"

// Version is the version of nginx, for example 1.22.1. What differs between two of them
// is asked of it, so that what a new one has is said in this file.
type Version struct{ Major, Minor, Patch int }

// AtLeast compares two versions.
func (v Version) AtLeast(major, minor, patch int) bool {
	if v.Major != major {
		return v.Major > major
	}
	if v.Minor != minor {
		return v.Minor > minor
	}
	return v.Patch >= patch
}

// CookieFlags reports that it adds flags to the cookies of others (proxy_cookie_flags,
// 1.19.3).
func (v Version) CookieFlags() bool { return v.AtLeast(1, 19, 3) }

// CookieFlagVariables reports that these flags can have variables (1.19.8).
func (v Version) CookieFlagVariables() bool { return v.AtLeast(1, 19, 8) }

// TLSCommands reports that OpenSSL can be told more than nginx has words for
// (ssl_conf_command, 1.19.4).
func (v Version) TLSCommands() bool { return v.AtLeast(1, 19, 4) }

// RejectsHandshake reports that it can end a handshake without a certificate
// (ssl_reject_handshake, 1.19.4).
func (v Version) RejectsHandshake() bool { return v.AtLeast(1, 19, 4) }

// HTTP2Limits reports that HTTP/2 has limits of its own for the lines of a request
// (http2_max_field_size and http2_max_header_size, until 1.19.6).
func (v Version) HTTP2Limits() bool { return !v.AtLeast(1, 19, 7) }

// RotatesTickets reports that it changes the key of session tickets (1.23.2).
func (v Version) RotatesTickets() bool { return v.AtLeast(1, 23, 2) }

// HTTP2 reports that http2 is a directive (1.25.1). Before, it is a parameter of listen.
func (v Version) HTTP2() bool { return v.AtLeast(1, 25, 1) }

// KeepaliveMin reports that a worker that ends can wait for the next request of a
// connection that is kept open, to say then that it was the last
// (keepalive_min_timeout, 1.27.4).
func (v Version) KeepaliveMin() bool { return v.AtLeast(1, 27, 4) }

// TLSPerSite reports that each site has TLS protocols of its own (1.29.2). Before, the
// default server decides over those of all.
func (v Version) TLSPerSite() bool { return v.AtLeast(1, 29, 2) }

// Sticky reports that it can pin clients by a cookie, and let a backend keep the clients
// that it has (sticky and drain, 1.29.6, tried on 1.30.6 without nginx's commercial
// modules).
func (v Version) Sticky() bool { return v.AtLeast(1, 29, 6) }

// checkVersion refuses versions that do not know TLS 1.3 (1.13.0).
func checkVersion(v Version) error {
	if v.AtLeast(1, 13, 0) && v.Major < 100 && v.Minor >= 0 && v.Patch >= 0 {
		return nil
	}
	return fmt.Errorf("%d.%d.%d is too old: TLS 1.3 came with 1.13.0", v.Major, v.Minor, v.Patch)
}
