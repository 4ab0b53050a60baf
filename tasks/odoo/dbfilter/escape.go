package dbfilter

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// controls are the escapes that Python and C share.
var controls = map[rune]rune{'a': '\a', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v', '\\': '\\'}

// escape reads what follows a backslash outside of a set.
func (t *translator) escape(f *flags, start int) (*item, error) {
	c := t.peek()
	if c == -1 {
		return nil, t.fail(start, "bad escape (end of pattern)")
	}
	t.at++
	switch c {
	case 'A':
		return &item{text: `\A`, anchor: true}, nil
	case 'Z':
		return &item{text: `\z`, anchor: true, ends: true}, nil
	case 'b', 'B':
		t.ascii = true
		return &item{text: `\` + string(c), anchor: true}, nil
	case 'd', 'D', 's', 'S', 'w', 'W':
		return &item{text: category(c, f.ascii).String()}, nil
	}
	if c >= '1' && c <= '9' && !t.octal() {
		return nil, t.refuse(start, "a reference to a group, which only Python has,")
	}
	value, err := t.character(c, start)
	if err != nil {
		return nil, err
	}
	return t.literal(f, value, start)
}

// octal reports whether the digit just read begins a character's number: three octal
// digits do.
func (t *translator) octal() bool {
	if t.at+1 >= len(t.text) {
		return false
	}
	for _, c := range t.text[t.at-1 : t.at+2] {
		if c < '0' || c > '7' {
			return false
		}
	}
	return true
}

// character returns the character that \c means.
func (t *translator) character(c rune, start int) (rune, error) {
	if value, ok := controls[c]; ok {
		return value, nil
	}
	switch {
	case c >= '0' && c <= '7':
		value := c - '0'
		for n := 1; n < 3 && t.peek() >= '0' && t.peek() <= '7'; n++ {
			value = value*8 + t.peek() - '0'
			t.at++
		}
		if value > 0o377 {
			return 0, t.fail(start, "octal escape value outside of range 0-0o377")
		}
		return value, nil
	case c == 'x':
		return t.hex(2, start)
	case c == 'u' && !t.old:
		return t.hex(4, start)
	case c == 'U' && !t.old:
		return t.hex(8, start)
	case c == 'N' && !t.old:
		return 0, t.refuse(start, "a character by its name, which only Python has,")
	case !t.old && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'), c == '8' || c == '9':
		return 0, t.fail(start, `bad escape \`+string(c))
	}
	return c, nil
}

func (t *translator) hex(digits, start int) (rune, error) {
	end := min(t.at+digits, len(t.text))
	text := string(t.text[t.at:end])
	value, err := strconv.ParseUint(text, 16, 32)
	if err != nil || len(text) != digits || strings.ContainsAny(text, "+-_") {
		return 0, t.fail(start, "incomplete escape: want "+strconv.Itoa(digits)+" hexadecimal digits")
	}
	t.at = end
	if value > unicode.MaxRune {
		return 0, t.fail(start, "there is no such character")
	}
	if !utf8.ValidRune(rune(value)) {
		return 0, t.refuse(start, "half of a surrogate pair")
	}
	return rune(value), nil
}
