// Package plain makes text from hosts and files safe to print: nothing in it controls
// the terminal, is invisible, or changes the direction of the text around it.
//
//	fmt.Println(plain.Text(answer))
package plain

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text returns s with every invisible character escaped as Go writes it (\x1b, \u200b):
// controls, formats (bidirectional marks, joiners, tags), separators and all spaces but
// the common one, surrogates, private and unassigned characters, those that are ignored
// where they have no effect (Unicode, Default_Ignorable_Code_Point), and invalid UTF-8.
// Line ends and tabs stay.
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

// blank is U+2800, a Braille character without a dot.
const blank = '\u2800'

// hidden reports whether a character is escaped. Invalid UTF-8 is RuneError.
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

// JSON escapes the same characters in a JSON text, in JSON's way: they occur only in
// its strings, so its value is the same.
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
