package hba

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// All is the keyword all in the Databases or Users of a [Rule]. The string "all" is a
// database or role of that name.
const All = "\x00all"

// maxName is the length of a name in bytes (NAMEDATALEN - 1); the server truncates
// longer ones.
const maxName = 63

// Rule is one row that odooctl manages.
type Rule struct {
	Type      string       // local, host, hostssl, hostnossl, hostgssenc or hostnogssenc
	Databases []string     // names, or All
	Users     []string     // names, or All
	Address   netip.Prefix // the clients; the zero Prefix for local
	Method    string
	Comment   string // one line; may be empty
}

// RuleError is a rule that cannot be written.
type RuleError struct {
	Index  int // in Edit's argument, from 0
	Rule   Rule
	Reason string
}

func (e *RuleError) Error() string {
	return fmt.Sprintf("rule %d (type %q): %s", e.Index+1, e.Rule.Type, e.Reason)
}

// rows renders the rules for one major version, equal ones once.
func rows(rules []Rule, major int) ([]string, error) {
	var out, seen []string
	for i, rule := range rules {
		row, err := rule.row(major)
		if err != nil {
			return nil, &RuleError{i, rule, err.Error()}
		}
		if slices.Contains(seen, row) {
			continue
		}
		seen = append(seen, row)
		if rule.Comment != "" {
			row += " # " + rule.Comment
		}
		out = append(out, row)
	}
	return out, nil
}

func (r Rule) row(major int) (string, error) {
	if !slices.Contains(connectionTypes(major), Kind(r.Type)) {
		return "", fmt.Errorf("PostgreSQL %d has no connection type %q", major, r.Type)
	}
	databases, err := nameList("database", r.Databases)
	if err != nil {
		return "", err
	}
	users, err := nameList("user", r.Users)
	if err != nil {
		return "", err
	}
	if r.Type == string(Local) && (slices.Contains(r.Users, All) || slices.Contains(r.Users, "postgres")) {
		return "", fmt.Errorf("a local rule for all users or for postgres would decide how the administrator comes in: " +
			"name the other users")
	}
	address, err := r.address()
	if err != nil {
		return "", err
	}
	if since, known := methods[r.Method]; !known || major < since {
		return "", fmt.Errorf("PostgreSQL %d has no authentication method %q", major, r.Method)
	}
	if err := checkComment(r.Comment); err != nil {
		return "", err
	}
	row := fmt.Sprintf("%-7s %-15s %-15s %-23s %s", r.Type, databases, users, address, r.Method)
	if size := len(row) + len(" # \r\n") + len(r.Comment); major < continuationMajor && size >= maxLine-1 {
		return "", fmt.Errorf("the line would have %d bytes, and PostgreSQL %d reads less than %d: spread the names over "+
			"several rules", size, major, maxLine-1)
	}
	for _, fault := range Parse(row, major).Errors() {
		return "", fmt.Errorf("PostgreSQL %d would refuse it: %s", major, fault.Reason)
	}
	return row, nil
}

func (r Rule) address() (string, error) {
	switch {
	case r.Type == string(Local) && r.Address == netip.Prefix{}:
		return "", nil
	case r.Type == string(Local):
		return "", fmt.Errorf("a local rule has no address, but %s is given", r.Address)
	case !r.Address.IsValid():
		return "", fmt.Errorf("the address is missing")
	case r.Address.Addr().Is4In6():
		return "", fmt.Errorf("address %s is IPv4 in IPv6 form, which never matches an IPv4 client: write it as IPv4",
			r.Address)
	case r.Address != r.Address.Masked():
		return "", fmt.Errorf("address %s has host bits: write %s for the network or %s for the host",
			r.Address, r.Address.Masked(), netip.PrefixFrom(r.Address.Addr(), r.Address.Addr().BitLen()))
	}
	return r.Address.String(), nil
}

func nameList(what string, names []string) (string, error) {
	if len(names) == 0 {
		return "", fmt.Errorf("no %s is named", what)
	}
	quoted := make([]string, len(names))
	for i, name := range names {
		if name == All {
			quoted[i] = "all"
			continue
		}
		if err := checkName(name); err != nil {
			return "", fmt.Errorf("%s %q: %w", what, name, err)
		}
		quoted[i] = quoteName(name)
	}
	return strings.Join(quoted, ","), nil
}

func checkName(name string) error {
	switch {
	case name == "":
		return fmt.Errorf("the name is empty")
	case len(name) > maxName:
		return fmt.Errorf("the name has %d bytes, PostgreSQL keeps %d", len(name), maxName)
	case !printable(name):
		return fmt.Errorf("the name has a line end, a control character or a byte that is not UTF-8")
	case strings.Contains(name, `\`):
		return fmt.Errorf("the name has a backslash, which can join lines of pg_hba.conf")
	case strings.HasPrefix(name, "/"):
		return fmt.Errorf("the name begins with a slash, which PostgreSQL %d and later take for a regular expression, "+
			"quoted or not", regexMajor)
	}
	return nil
}

func checkComment(comment string) error {
	switch {
	case !printable(comment):
		return fmt.Errorf("comment %q has a line end, a control character or a byte that is not UTF-8", comment)
	case strings.HasSuffix(comment, `\`):
		return fmt.Errorf("comment %q ends in a backslash, which would swallow the next line", comment)
	}
	return nil
}

func printable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(c rune) bool { return !unicode.IsPrint(c) })
}

var keywords = []string{"all", "sameuser", "samerole", "samegroup", "replication"}

// quoteName quotes everything but plain names: keywords, and all characters that could
// have a meaning.
func quoteName(name string) string {
	plain := !slices.Contains(keywords, name) && !strings.ContainsFunc(name, func(c rune) bool {
		return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("_.-", c))
	})
	if plain {
		return name
	}
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}
