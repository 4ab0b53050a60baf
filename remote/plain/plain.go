// Package plain shows the text of hosts and files as what it is: nothing in it leads
// a terminal, hides, or turns the direction of what is beside it.
package plain

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text is s with every character escaped that is not seen, as Go writes it (\x1b,
// \u200b): controls, formats (bidirectional marks, joiners, tags), separators and
// spaces but the common one, surrogates, private and unassigned ones, those that are
// ignored where they have no effect (Unicode, Default_Ignorable_Code_Point), and what
// is no UTF-8. Line ends and tabs stay.
func Text(s string) string {
	if !strings.ContainsFunc(s, hidden) {
		return s
	}
	var b strings.Builder
	for i, size := 0, 0; i < len(s); i += size {
		var r rune
		r, size = utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case !hidden(r):
			b.WriteRune(r)
		case r < utf8.RuneSelf:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// blank is U+2800, a character of Braille without a dot.
const blank = '\u2800'

// hidden tells which characters are escaped. What is no UTF-8 comes as RuneError.
func hidden(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r < utf8.RuneSelf:
		return r < ' ' || r == 0x7f
	}
	return r == utf8.RuneError || r == blank || !unicode.IsPrint(r) ||
		unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// JSON is a JSON text with the same characters escaped as JSON has it: they stand in
// its strings only, so its value is the same.
func JSON(text []byte) []byte {
	if !strings.ContainsFunc(string(text), hidden) {
		return text
	}
	var b []byte
	for _, r := range string(text) {
		switch {
		case !hidden(r):
			b = utf8.AppendRune(b, r)
		case r > 0xffff:
			b = fmt.Appendf(b, `\u%04x\u%04x`, 0xd800+(r-0x10000)>>10, 0xdc00+(r-0x10000)&0x3ff)
		default:
			b = fmt.Appendf(b, `\u%04x`, r)
		}
	}
	return b
}
