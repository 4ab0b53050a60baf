package dbfilter

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
)

// translator reads a Python expression and writes one for package regexp. It follows
// sre_parse.py step by step, so that what Python refuses is refused.
type translator struct {
	text  []rune
	whole string
	at    int
	old   bool            // Python 2
	names map[string]bool // of groups
	depth int
	ascii bool
}

// flags apply from where they are set to the end of their group.
type flags struct{ fold, multi, all, verbose, ascii bool }

// errVerbose means that the expression has to be read again under (?x).
var errVerbose = errors.New("verbose")

// maxDepth limits nested groups; maxRepeat is package regexp's limit.
const (
	maxDepth  = 100
	maxRepeat = 1000
)

func (t *translator) fail(at int, reason string) error {
	return &Error{Pattern: t.whole, Offset: at, Reason: reason}
}

func (t *translator) refuse(at int, reason string) error {
	return &Error{Pattern: t.whole, Offset: at, Reason: reason, Python: true}
}

// peek returns the next character, or -1.
func (t *translator) peek() rune {
	if t.at < len(t.text) {
		return t.text[t.at]
	}
	return -1
}

// take skips the next character if it is c.
func (t *translator) take(c rune) bool {
	if t.peek() != c {
		return false
	}
	t.at++
	return true
}

// all reads the whole expression.
func (t *translator) all(f flags) (string, bool, error) {
	out, ends, err := t.alternatives(&f, true)
	if err == nil && t.at < len(t.text) {
		err = t.fail(t.at, "unbalanced parenthesis")
	}
	return out, ends, err
}

// alternatives reads up to the end of the group. ends reports whether each alternative
// matches up to the end of the name.
func (t *translator) alternatives(f *flags, top bool) (out string, ends bool, err error) {
	var parts []string
	ends = true
	for {
		part, end, err := t.sequence(f, top && len(parts) == 0)
		if err != nil {
			return "", false, err
		}
		parts, ends = append(parts, part), ends && end
		if !t.take('|') {
			return strings.Join(parts, "|"), ends, nil
		}
	}
}

// item is what a quantifier may follow.
type item struct {
	text     string
	anchor   bool // ^ $ \A \b ..., which cannot be repeated
	repeated bool
	ends     bool
}

func (t *translator) sequence(f *flags, first bool) (string, bool, error) {
	var items []item
	for t.at < len(t.text) && t.peek() != '|' && t.peek() != ')' {
		if f.verbose {
			if blank, err := t.blank(); blank || err != nil {
				if err != nil {
					return "", false, err
				}
				continue
			}
		}
		next, err := t.one(f, first, &items)
		if err != nil {
			return "", false, err
		}
		if next != nil {
			items = append(items, *next)
		}
	}
	var out strings.Builder
	for _, i := range items {
		out.WriteString(i.text)
	}
	return out.String(), len(items) > 0 && items[len(items)-1].ends, nil
}

// blank skips what (?x) ignores.
func (t *translator) blank() (bool, error) {
	switch {
	case t.take('#'):
		_, err := t.skip('\n')
		return true, err
	case strings.ContainsRune(" \t\n\r\v\f", t.peek()):
		t.at++
		return true, nil
	}
	return false, nil
}

// skip skips a comment and its end, and reports whether there was one. For Python a
// backslash and the next character are one token, in comments too.
func (t *translator) skip(end rune) (found bool, err error) {
	for t.at < len(t.text) {
		switch {
		case t.take(end):
			return true, nil
		case t.take('\\') && t.at == len(t.text):
			return false, t.fail(t.at-1, "bad escape (end of pattern)")
		}
		t.at++
	}
	return false, nil
}

// one reads one item, or a quantifier, which changes the item before it.
func (t *translator) one(f *flags, first bool, items *[]item) (*item, error) {
	start := t.at
	c := t.text[t.at]
	t.at++
	switch c {
	case '^':
		if f.multi {
			return &item{text: `(?m:^)`, anchor: true}, nil
		}
		return &item{text: `\A`, anchor: true}, nil
	case '$':
		// At the end, and before a line break there. A name has no other one.
		return &item{text: `(?m:$)`, anchor: true, ends: true}, nil
	case '.':
		if f.all {
			return &item{text: `(?s:.)`}, nil
		}
		return &item{text: `[^\n]`}, nil
	case '[':
		return t.class(f, start)
	case '(':
		return t.group(f, start, first && len(*items) == 0)
	case '\\':
		return t.escape(f, start)
	case '*', '+', '?', '{':
		text, ok, err := t.quantifier(c, start)
		if err != nil {
			return nil, err
		}
		if ok {
			return nil, t.repeat(*items, text, start)
		}
	}
	return t.literal(f, c, start)
}

// notASCII is what Python 2, Python 3 and Go treat differently.
const notASCII = "a letter that is not ASCII, under (?i) or on Odoo 10,"

// literal is a character that matches itself.
func (t *translator) literal(f *flags, c rune, at int) (*item, error) {
	if c > 127 && (f.fold || t.old) {
		return nil, t.refuse(at, notASCII)
	}
	if !f.fold {
		return &item{text: regexp.QuoteMeta(string(c))}, nil
	}
	t.ascii = true
	return &item{text: `(?i:` + regexp.QuoteMeta(string(c)) + `)`}, nil
}

// quantifier reads the rest of one. A { that begins none is a literal.
func (t *translator) quantifier(c rune, start int) (text string, ok bool, err error) {
	if c != '{' {
		return string(c), true, nil
	}
	if t.peek() == '}' {
		return "", false, nil
	}
	low := t.digits()
	high := low
	if t.take(',') {
		high = t.digits()
	}
	if !t.take('}') {
		t.at = start + 1
		return "", false, nil
	}
	least, most := 0, -1
	if low != "" {
		least, _ = strconv.Atoi(low)
	}
	text = "{" + strconv.Itoa(least) + ",}"
	if high != "" {
		most, _ = strconv.Atoi(high)
		text = "{" + strconv.Itoa(least) + "," + strconv.Itoa(most) + "}"
	}
	switch {
	case len(low) > 4 || len(high) > 4 || least > maxRepeat || most > maxRepeat:
		return "", false, t.refuse(start, "a repetition of more than 1000")
	case most >= 0 && most < least:
		return "", false, t.fail(start, "min repeat greater than max repeat")
	}
	return text, true, nil
}

func (t *translator) digits() string {
	start := t.at
	for c := t.peek(); c >= '0' && c <= '9'; c = t.peek() {
		t.at++
	}
	return string(t.text[start:t.at])
}

// repeat applies a quantifier to the last item.
func (t *translator) repeat(items []item, quantifier string, at int) error {
	if len(items) == 0 || items[len(items)-1].anchor {
		return t.fail(at, "nothing to repeat")
	}
	last := &items[len(items)-1]
	if last.repeated {
		return t.fail(at, "multiple repeat")
	}
	t.take('?') // lazy: it matches the same names
	if t.peek() == '+' {
		return t.refuse(t.at, "a possessive quantifier, or one too many")
	}
	last.text, last.repeated = "(?:"+last.text+")"+quantifier, true
	last.ends = last.ends && !strings.ContainsAny(quantifier[:1], "*?") && !strings.HasPrefix(quantifier, "{0")
	return nil
}
