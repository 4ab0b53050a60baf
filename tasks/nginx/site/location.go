package site

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Location is one of the operator's own, beside those of the site.
type Location struct {
	Match string   // what it is for, as nginx has it: /feed, = /robots.txt, ^~ /files/, ~ \.php$
	Lines []string // its directives
}

// String returns it as nginx reads it.
func (l Location) String() string {
	return "location " + l.Match + " {\n    " + strings.Join(l.Lines, "\n    ") + "\n}\n"
}

var (
	locationMatch = regexp.MustCompile(`^(?:(=|\^~|~\*?) )?([^\s{};"'#\\]|\\[^\s"'])+$`)
	passesOn      = regexp.MustCompile(`_pass\s|@|(^|[\s;{])include\s`)
	nested        = regexp.MustCompile(`(^|[\s;{}])location\s`)
	language      = regexp.MustCompile(`^/[a-z]{2,3}([_-][A-Za-z]{2,4})?(@[a-z]+)?(/|$)`) // /en, /de_AT, /sr@latin
)

// Check says why the location cannot stand in the site: nginx would not read it as one block, the site has it already,
// or it passes on what the site keeps closed.
func (l Location) Check(s Site) error {
	m := locationMatch.FindStringSubmatch(l.Match)
	if m == nil {
		return fmt.Errorf("%q: want a path, or one of = ^~ ~ ~* before it, such as = /robots.txt", l.Match)
	}
	_, path, found := strings.Cut(l.Match, " ")
	if !found {
		path = l.Match
	}
	if exact := m[1] == "=" || m[1] == "^~" || m[1] == ""; exact && path[0] != '/' {
		return fmt.Errorf("%q: a path begins with /", l.Match)
	}
	text := strings.Join(l.Lines, "\n")
	if n := strings.IndexFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\t' && r != '\n' }); n >= 0 {
		return fmt.Errorf("%s: %q is no character of a directive", l.Match, text[n])
	}
	if err := oneBlock(text); err != nil {
		return fmt.Errorf("%s: %w", l.Match, err)
	}
	if nested.MatchString(text) {
		return fmt.Errorf("%s has a location in it: give that one a key of its own", l.Match)
	}
	if m[1] != "=" && slices.Contains([]string{"/", "/websocket", "/longpolling", "/web/filestore"}, path) {
		return fmt.Errorf("%s is the site's own: take = or a longer path", l.Match)
	}
	if closed := s.closedBelow(m[1], path); closed != "" && passesOn.MatchString(text) {
		return fmt.Errorf("%s opens %s, which nginx keeps closed otherwise: database_manager and rpc say who gets there",
			l.Match, closed)
	}
	return nil
}

// closedBelow returns what the site keeps closed, and a location takes before the site's regular expressions do: an
// exact one, or one with ^~. A website puts a language in front.
func (s Site) closedBelow(modifier, path string) string {
	if modifier != "=" && modifier != "^~" {
		return ""
	}
	var closed []string
	if !s.Manager.All {
		closed = append(closed, "/web/database", "/xmlrpc/db", "/xmlrpc/2/db")
	}
	if !s.RPC.All {
		closed = append(closed, "/xmlrpc", "/jsonrpc", "/json")
	}
	rest := []string{path}
	if in := language.FindString(path); in != "" {
		rest = append(rest, strings.TrimPrefix(path, strings.TrimSuffix(in, "/")))
	}
	for _, c := range closed {
		for _, p := range rest {
			if strings.HasPrefix(p, c) || modifier == "^~" && strings.HasPrefix(c, p) {
				return c
			}
		}
	}
	return ""
}

// oneBlock checks that directives end where they begin: one that closes the location would be the server's.
func oneBlock(text string) error {
	depth, quote, last := 0, byte(0), byte(';')
	for n := 0; n < len(text); n++ {
		c := text[n]
		switch {
		case c == '\\':
			n++
			last = c
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case strings.IndexByte(" \t\r\n", c) >= 0:
		case c == '#' && (n == 0 || strings.IndexByte(" \t\n;{}", text[n-1]) >= 0):
			if end := strings.IndexByte(text[n:], '\n'); end >= 0 {
				n += end
			} else {
				n = len(text)
			}
		case c == '"' || c == '\'':
			quote, last = c, c
		case c == '$' && strings.HasPrefix(text[n:], "${"):
			end := strings.IndexByte(text[n:], '}')
			if end < 0 {
				return errors.New("${ has no }")
			}
			n, last = n+end, c
		case c == '{':
			depth, last = depth+1, c
		case c == '}':
			if depth, last = depth-1, c; depth < 0 {
				return errors.New("} ends more than the location has begun")
			}
		default:
			last = c
		}
	}
	switch {
	case strings.TrimSpace(text) == "":
		return errors.New("it has no directives")
	case quote != 0:
		return fmt.Errorf("%c has no end", quote)
	case depth > 0:
		return errors.New("{ has no }")
	case last != ';' && last != '}':
		return errors.New("a directive ends with ;")
	}
	return nil
}
