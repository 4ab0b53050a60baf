package hba

import (
	"fmt"
	"strings"
)

// Verdict is how a record applies to a connection.
type Verdict string

// The verdicts of a [Step].
const (
	Passed  Verdict = "no match"
	Perhaps Verdict = "unknown" // not decidable from the text; see Step.Why
	Matched Verdict = "match"
	Broken  Verdict = "error" // the server refuses a file that has it
)

// Step is one record on the way to the one that decides.
type Step struct {
	Record  *Record
	Verdict Verdict
	Why     string // for people, in a few words
}

// Explain returns every record up to the one that decides for the connection, with a
// verdict on each. The last step is the match if there is one.
func (f *File) Explain(c Conn) []Step {
	steps := []Step{}
	for _, r := range f.Records {
		s := Step{r, Broken, r.Error}
		if r.Error == "" {
			s.Verdict, s.Why = r.explain(c, f.Major)
		}
		steps = append(steps, s)
		if s.Verdict == Matched {
			break
		}
	}
	return steps
}

// explain names the first field that does not match, in the server's order.
func (r *Record) explain(c Conn, major int) (Verdict, string) {
	if r.Kind.include() {
		return Perhaps, "what is included is not known"
	}
	doubt := ""
	for _, field := range []struct {
		fits    verdict
		why     string
		unknown string
	}{
		{r.fitsType(c), r.whyType(c), ""},
		{r.fitsAddress(c), fmt.Sprintf("address: %s is not %s", c.Address, r.where()),
			"address: it is not known whether the client is " + r.where()},
		{r.fitsDatabase(c, major), "database: " + c.database() + " is not " + list(r.Databases),
			"database: it is not known whether " + c.database() + " is " + list(r.Databases)},
		{r.fitsUser(c, major), "user: " + c.User + " is not " + list(r.Users),
			"user: it is not known whether " + c.User + " is " + list(r.Users)},
	} {
		switch {
		case field.fits == no:
			return Passed, field.why
		case field.fits == unknown && doubt == "":
			doubt = field.unknown
		}
	}
	switch {
	case doubt != "":
		return Perhaps, doubt
	case r.Method == "reject":
		return Matched, "the server rejects"
	case r.Method == "trust":
		return Matched, "the server asks for nothing"
	}
	return Matched, "the server asks for " + r.Method
}

func (r *Record) whyType(c Conn) string {
	switch {
	case r.Kind == Local:
		return "type: the client comes over the network"
	case !c.Address.IsValid():
		return "type: the client comes through the unix socket"
	case r.Kind == HostSSL:
		return "type: the connection has no TLS"
	case r.Kind == HostNoSSL:
		return "type: the connection has TLS"
	case r.Kind == HostGSSEnc:
		return "type: the connection is not encrypted by GSSAPI"
	}
	return "type: the connection is encrypted by GSSAPI"
}

// where describes the clients that an address matches.
func (r *Record) where() string {
	switch {
	case r.Address.keyword("samehost"):
		return "the server's own host (samehost)"
	case r.Address.keyword("samenet"):
		return "in a network of the server (samenet)"
	case !r.network.address.IsValid():
		return "called " + r.Address.Text
	case r.Mask != "":
		return "in " + r.Address.Text + " " + r.Mask
	}
	return "in " + r.Address.Text
}

func (c Conn) database() string {
	if c.Replication {
		return "physical replication"
	}
	return c.Database
}

// list shows words as they would be written.
func list(tokens []Token) string {
	words := make([]string, len(tokens))
	for i, t := range tokens {
		words[i] = t.String()
	}
	return strings.Join(words, ",")
}

// String writes the word, in quotes if it had or needs some.
func (t Token) String() string {
	if t.Quoted || t.Text == "" || strings.ContainsAny(t.Text, " \t,\"#") {
		return `"` + strings.ReplaceAll(t.Text, `"`, `""`) + `"`
	}
	return t.Text
}

// String writes the record in one line, with the secrets of its options masked.
func (r *Record) String() string {
	if r.Error != "" {
		return "?"
	}
	if r.Kind.include() {
		return string(r.Kind) + " " + r.Path
	}
	words := []string{string(r.Kind), list(r.Databases), list(r.Users)}
	if r.Kind != Local {
		words = append(words, r.Address.String())
	}
	if r.Mask != "" {
		words = append(words, r.Mask)
	}
	words = append(words, r.Method)
	for _, o := range r.Options {
		words = append(words, Token{Text: maskOption(o.Name + "=" + o.Value)}.String())
	}
	return strings.Join(words, " ")
}
