package dbfilter

import (
	"regexp"
	"slices"
	"strings"
)

// group reads what follows an opening parenthesis. first says that nothing precedes it
// in the whole expression.
func (t *translator) group(f *flags, start int, first bool) (*item, error) {
	inner := *f
	if t.take('?') {
		switch c := t.peek(); {
		case c == -1:
			return nil, t.fail(start, "unexpected end of pattern")
		case t.take(':'):
		case t.take('P'):
			if err := t.name(start); err != nil {
				return nil, err
			}
		case t.take('#'):
			closed, err := t.skip(')')
			if err == nil && !closed {
				err = t.fail(start, "missing ), unterminated comment")
			}
			return nil, err
		case c == '=' || c == '!' || c == '<' && t.at+1 < len(t.text) && strings.ContainsRune("=!", t.text[t.at+1]):
			return nil, t.refuse(start, "lookahead or lookbehind, which only Python has,")
		case c == '(':
			return nil, t.refuse(start, "a condition, which only Python has,")
		case c == '>':
			return nil, t.refuse(start, "an atomic group, which only Python has,")
		case strings.ContainsRune("aiLmsux-", c):
			done, err := t.flags(f, &inner, start, first)
			if done || err != nil {
				return nil, err
			}
		default:
			return nil, t.fail(start+1, "unknown extension")
		}
	}
	if t.depth++; t.depth > maxDepth {
		return nil, t.refuse(start, "more groups in groups than 100")
	}
	out, ends, err := t.alternatives(&inner, false)
	if err != nil {
		return nil, err
	}
	if !t.take(')') {
		return nil, t.fail(start, "missing ), unterminated subpattern")
	}
	t.depth--
	return &item{text: "(?:" + out + ")", ends: ends}, nil
}

var groupName = regexp.MustCompile(`^[\p{L}_][\p{L}\p{N}_]*$`)

// name reads <NAME> of a group; a reference to one is refused.
func (t *translator) name(start int) error {
	if t.take('=') {
		return t.refuse(start, "a reference to a group, which only Python has,")
	}
	if !t.take('<') {
		return t.fail(start, "unknown extension")
	}
	i := slices.Index(t.text[t.at:], '>')
	if i < 0 {
		return t.fail(t.at, "missing >, unterminated name")
	}
	name := string(t.text[t.at : t.at+i])
	switch {
	case name == "":
		return t.fail(t.at, "missing group name")
	case !groupName.MatchString(name):
		return t.fail(t.at, "bad character in group name")
	case t.names[name]:
		return t.fail(t.at, "redefinition of group name "+name)
	}
	if t.names == nil {
		t.names = map[string]bool{}
	}
	t.names[name] = true
	t.at += i + 1
	return nil
}

// flags reads (?i) for the whole expression, and then returns done, or (?i: for a
// group.
func (t *translator) flags(f, inner *flags, start int, first bool) (done bool, err error) {
	global, off, seen := flags{}, false, ""
	for {
		c := t.peek()
		t.at++
		switch {
		case c == ')' && !off && seen != "":
			if !first {
				return false, t.fail(start,
					"global flags not at the start of the expression, which Python 3.11 and later refuse,")
			}
			if global.verbose && !f.verbose {
				return false, errVerbose
			}
			f.fold, f.multi, f.all = f.fold || global.fold, f.multi || global.multi, f.all || global.all
			if strings.ContainsAny(seen, "au") {
				f.ascii = global.ascii
			}
			return true, nil
		case c == ':' && (seen != "" || off):
			if t.old {
				return false, t.fail(start, "flags for one group, which Python 2 does not have,")
			}
			return false, nil
		case c == '-' && !off && !t.old:
			off = true
			if !strings.ContainsRune("imsx", t.peek()) {
				return false, t.fail(t.at, "missing flag")
			}
		case c == 'L' || c == 'a' && (strings.Contains(seen, "u") || t.old) || c == 'u' &&
			strings.Contains(seen, "a") || off && strings.ContainsRune("au"+seen, c):
			return false, t.fail(t.at-1, "bad inline flags")
		case c >= 0 && strings.ContainsRune("aimsux", c):
			if !off {
				seen += string(c)
			}
			global.set(c, true)
			inner.set(c, !off)
		default:
			return false, t.fail(t.at-1, "unknown flag, or missing - : or )")
		}
	}
}

func (f *flags) set(c rune, on bool) {
	switch c {
	case 'i':
		f.fold = on
	case 'm':
		f.multi = on
	case 's':
		f.all = on
	case 'x':
		f.verbose = on
	case 'a':
		f.ascii = on
	case 'u':
		f.ascii = false
	}
}
