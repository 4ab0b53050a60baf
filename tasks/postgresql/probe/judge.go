package probe

import (
	"fmt"
	"strconv"
	"strings"
)

// Kind classifies an answer.
type Kind string

// The kinds of answers. Allowed is no error.
const (
	Allowed     Kind = "allowed"
	Rejected    Kind = "rejected"    // the server rejects the user from there
	Unreachable Kind = "unreachable" // no PostgreSQL answers
	Open        Kind = "open to everybody"
	Stranger    Kind = "not as expected" // another server answers, or another rule decides
	Unclear     Kind = "not known"       // the host could not test it
)

// Error is what is wrong with a login, and the likely cause.
type Error struct {
	Kind     Kind
	Door     Door
	Database string
	Said     string // message of the server, or of the network
	Cause    string
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s, asked from %s as %s for %s: %s: %s. %s",
		e.Door.name(), e.Door.From, e.Door.User, e.Database, e.Kind, e.Said, e.Cause)
}

// Judge returns what is wrong with an output of Shell; nil if the user may log in to
// every database and only with a password. The error is an *Error.
func (d Door) Judge(answer string) error {
	seen := 0
	for line := range strings.Lines(answer) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "unasked ") {
			return nil
		}
		f := strings.SplitN(line, " ", 3)
		if len(f) < 3 {
			continue
		}
		e := &Error{Kind: Kind(f[1]), Door: d, Database: f[0], Said: f[2]}
		switch e.Kind {
		case Allowed:
			seen++
			if e = d.allowed(e, strings.Fields(f[2])); e == nil {
				continue
			}
		case Rejected:
			e.rejected()
		case Unreachable:
			e.unreachable()
		default:
			continue
		}
		return e
	}
	if seen < len(d.Databases) {
		return &Error{Kind: Unclear, Door: d, Database: strings.Join(d.Databases, ", "), Said: abridged(answer),
			Cause: "The host could not ask: look at its python3"}
	}
	return nil
}

// allowed checks how the server accepts the user: METHOD tls|plain [SALT].
func (d Door) allowed(e *Error, f []string) *Error {
	switch salt := saltOf(d.Verifier); {
	case f[0] == "trust":
		e.Kind, e.Said = Open, "it wants no password"
		e.Cause = "A line of pg_hba.conf above ours says trust: take it out"
	case salt == "":
		return nil
	case f[0] != "scram-sha-256":
		e.Kind, e.Said = Stranger, "it wants "+f[0]+", and the password is stored for scram-sha-256"
		e.Cause = "A line of pg_hba.conf above ours decides, or another server answers there"
	case len(f) > 2 && f[2] != salt:
		e.Kind, e.Said = Stranger, "its password for "+d.User+" is not the one that the database host has"
		e.Cause = "Another server answers at this address: compare its system identifier, and look at what listens or " +
			"forwards there"
	default:
		return nil
	}
	return e
}

func (e *Error) rejected() {
	code, said, _ := strings.Cut(e.Said, " ")
	e.Said = said
	switch code {
	case "28000":
		e.Cause = fmt.Sprintf("No line of pg_hba.conf lets this address in, or one above ours rejects it: odooctl pg "+
			"explain tells which. Where the address is not that of %s, it comes through NAT: name it in postgresql.allow",
			e.Door.From)
	case "08000":
		e.Cause = "Ask for postgresql.tls, or take sslmode require back"
	case "53300":
		e.Cause = "All connections are taken: raise max_connections, or lower db_maxconn of the Odoos that share the server"
	case "57P03":
		e.Cause = "The server starts or stops: try again"
	default:
		e.Cause = "SQLSTATE " + code
	}
}

func (e *Error) unreachable() {
	switch low := strings.ToLower(e.Said); {
	case strings.Contains(low, "refused"):
		e.Cause = "Nothing listens there: look at listen_addresses and port of PostgreSQL, and for a firewall that refuses"
	case strings.Contains(low, "timed out"):
		e.Cause = "Nothing answers: a firewall between the two drops the packets, or the address is another host's"
	case strings.Contains(low, "route") || strings.Contains(low, "network is unreachable"):
		e.Cause = "There is no way to this address: is the host up, and in this network?"
	case strings.Contains(low, "name") && strings.Contains(low, "know"):
		e.Cause = "The host does not know this name: write the address"
	default:
		e.Cause = "Look at what listens on this port"
	}
}

// Library returns the version of the host's libpq, such as 15; 0 if the answer does not
// have it. Before 10 it does not support SCRAM.
func Library(answer string) int {
	for line := range strings.Lines(answer) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), "libpq "); ok {
			n, _ := strconv.Atoi(v)
			return n
		}
	}
	return 0
}

// saltOf returns the salt of a stored password: SCRAM-SHA-256$4096:SALT$KEY:KEY.
func saltOf(verifier string) string {
	rest, ok := strings.CutPrefix(verifier, "SCRAM-SHA-256$")
	_, rest, _ = strings.Cut(rest, ":")
	salt, _, _ := strings.Cut(rest, "$")
	if !ok {
		return ""
	}
	return salt
}

func abridged(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > 300 {
		return text[:300] + "..."
	}
	return text
}
