package dbfilter

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// pattern is a Python expression translated for package regexp.
type pattern struct {
	re    *regexp.Regexp
	ascii bool // it equals the Python expression only for ASCII names
	ends  bool // every match ends at the end of the name
}

// compile parses an expression by Python's rules; old selects those of Python 2, where
// Odoo's patterns are bytes.
func compile(text string, old bool) (*pattern, error) {
	t := &translator{text: []rune(text), whole: text, old: old}
	if !utf8.ValidString(text) {
		return nil, t.fail(0, "the text is not UTF-8")
	}
	translated, ends, err := t.all(flags{ascii: old})
	if err == errVerbose {
		t = &translator{text: t.text, whole: text, old: old}
		translated, ends, err = t.all(flags{ascii: old, verbose: true})
	}
	if err != nil {
		return nil, err
	}
	// re.match is anchored at the start of the name and may stop anywhere.
	re, err := regexp.Compile(`\A(?:` + translated + `)`)
	if err != nil {
		return nil, t.refuse(0, "the expression is too large")
	}
	return &pattern{re, t.ascii, ends}, nil
}

// match reports whether re.match of the name is not None.
func (p *pattern) match(name string) (bool, error) {
	switch i := strings.IndexByte(name, '\n'); {
	case !utf8.ValidString(name):
		return false, &NameError{name, "the name is not UTF-8"}
	case i >= 0 && i < len(name)-1:
		return false, &NameError{name, "the name has a line break inside"}
	case p.ascii && (name == "" || strings.IndexFunc(name, func(c rune) bool { return c > 127 }) >= 0):
		return false, &NameError{name, `under (?i) or \b, odooctl knows only names of ASCII letters`}
	}
	return p.re.MatchString(name), nil
}
