package scram

import (
	"slices"
	"unicode/utf8"

	"github.com/xdg-go/stringprep"
	"golang.org/x/text/unicode/norm"
)

// saslprep is RFC 4013 in PostgreSQL's order (src/common/saslprep.c): a character that
// is both a space and ignored (U+200B) is a space, and characters are checked before
// the normalization, not after it.
var saslprep = stringprep.Profile{
	Mappings:  reversed(stringprep.SASLprep.Mappings),
	Prohibits: stringprep.SASLprep.Prohibits,
	CheckBiDi: true,
}

func reversed(mappings []stringprep.Mapping) []stringprep.Mapping {
	out := slices.Clone(mappings)
	slices.Reverse(out)
	return out
}

// prepare returns the password as the server and libpq hash it. What cannot be prepared
// (invalid UTF-8, prohibited characters, nothing left) is used as it is.
func prepare(password string) string {
	if !utf8.ValidString(password) {
		return password
	}
	mapped, err := saslprep.Prepare(password)
	if err != nil || mapped == "" {
		return password
	}
	return norm.NFKC.String(mapped)
}
