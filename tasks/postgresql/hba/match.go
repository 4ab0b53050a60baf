package hba

import (
	"net/netip"
	"slices"
	"strings"
)

// Conn is a connection as the server matches it with records.
type Conn struct {
	Address     netip.Addr // the client's; the zero Addr is the unix socket
	TLS         bool
	GSS         bool // encrypted by GSSAPI
	Database    string
	User        string
	Replication bool // physical replication: only the keyword replication matches

	// Roles are the roles that User is a member of, directly or not. nil: unknown.
	Roles []string
	// HostName is the name that the client's address resolves to and that resolves back
	// to it. Empty: unknown.
	HostName string
	// Interfaces are the server's own addresses with their networks. nil: unknown.
	Interfaces []netip.Prefix
}

type verdict int

const (
	no verdict = iota
	unknown
	yes
)

// Match returns the record that decides for the connection: the first whose type,
// address, database and user match. nil means that none does and the server rejects.
// Undecidable records are skipped; see [File.Doubts].
func (f *File) Match(c Conn) *Record {
	r, _ := f.search(c)
	return r
}

// Doubts returns the records before the match that are undecidable from the text:
// include records, @file lists, expressions that only PostgreSQL can evaluate, and what
// Conn leaves unknown. If there are any, the answer of [File.Match] holds only if none
// of them matches.
func (f *File) Doubts(c Conn) []*Record {
	_, doubts := f.search(c)
	return doubts
}

func (f *File) search(c Conn) (match *Record, doubts []*Record) {
	for _, r := range f.Records {
		if r.Error != "" {
			continue
		}
		switch r.fits(c, f.Major) {
		case yes:
			return r, doubts
		case unknown:
			doubts = append(doubts, r)
		}
	}
	return nil, doubts
}

func (r *Record) fits(c Conn, major int) verdict {
	if r.Kind.include() {
		return unknown
	}
	return min(r.fitsType(c), r.fitsAddress(c), r.fitsDatabase(c, major), r.fitsUser(c, major))
}

func (r *Record) fitsType(c Conn) verdict {
	network := c.Address.IsValid()
	return truth(r.Kind.network() == network &&
		(r.Kind != HostSSL || c.TLS) && (r.Kind != HostNoSSL || !c.TLS) &&
		(r.Kind != HostGSSEnc || c.GSS) && (r.Kind != HostNoGSSEnc || !c.GSS))
}

func (r *Record) fitsAddress(c Conn) verdict {
	switch {
	case r.Kind == Local || r.Address.keyword("all"):
		return yes
	case r.Address.keyword("samehost") || r.Address.keyword("samenet"):
		if c.Interfaces == nil {
			return unknown
		}
		return truth(slices.ContainsFunc(c.Interfaces, func(own netip.Prefix) bool {
			return own.Addr() == c.Address || r.Address.Text == "samenet" && own.Contains(c.Address)
		}))
	case !r.network.address.IsValid():
		if c.HostName == "" {
			return unknown
		}
		return truth(hostMatches(r.hostName, c.HostName))
	}
	return truth(r.network.contains(c.Address))
}

// hostMatches compares without case; a leading dot matches a suffix.
func hostMatches(pattern, name string) bool {
	pattern, name = strings.ToLower(pattern), strings.ToLower(name)
	if strings.HasPrefix(pattern, ".") {
		return strings.HasSuffix(name, pattern)
	}
	return pattern == name
}

func (r *Record) fitsDatabase(c Conn, major int) verdict {
	best := no
	for _, t := range r.Databases {
		best = max(best, fitsDatabase(t, c, major))
	}
	return best
}

func fitsDatabase(t Token, c Conn, major int) verdict {
	switch {
	case t.file():
		return unknown
	case c.Replication || t.keyword("replication"):
		return truth(c.Replication && t.keyword("replication"))
	case t.keyword("all"):
		return yes
	case t.keyword("sameuser"):
		return truth(c.Database == c.User)
	case t.keyword("samerole") || t.keyword("samegroup"):
		return c.member(c.Database)
	}
	return fitsName(t, c.Database, major)
}

func (r *Record) fitsUser(c Conn, major int) verdict {
	best := no
	for _, t := range r.Users {
		best = max(best, fitsUser(t, c, major))
	}
	return best
}

func fitsUser(t Token, c Conn, major int) verdict {
	switch {
	case t.file():
		return unknown
	case t.member():
		return c.member(t.Text[1:])
	case t.keyword("all"):
		return yes
	}
	return fitsName(t, c.User, major)
}

func fitsName(t Token, name string, major int) verdict {
	if !t.regex(major) {
		return truth(t.Text == name)
	}
	re, err := t.compile()
	if err != nil || re == nil {
		return unknown
	}
	return truth(re.MatchString(name))
}

// member counts a role as a member of itself, as the server does.
func (c Conn) member(role string) verdict {
	if role == c.User {
		return yes
	}
	if c.Roles == nil {
		return unknown
	}
	return truth(slices.Contains(c.Roles, role))
}

func truth(b bool) verdict {
	if b {
		return yes
	}
	return no
}
