package conf

import (
	"regexp"
	"strings"
)

type kind int

const (
	endOfLine kind = iota
	endOfText
	id
	qualifiedID
	quoted
	unquoted
	integer
	realNumber
	equals
	unknown
)

// rules are the server's, in its order: the longest match wins, and of equal ones the
// first.
var rules = []struct {
	kind kind
	form *regexp.Regexp
}{
	{id, regexp.MustCompile(`^[A-Za-z_\x80-\x{10FFFF}][A-Za-z_0-9\x80-\x{10FFFF}]*`)},
	{qualifiedID, regexp.MustCompile(`^[A-Za-z_\x80-\x{10FFFF}][A-Za-z_0-9\x80-\x{10FFFF}]*\.[A-Za-z_\x80-\x{10FFFF}][A-Za-z_0-9\x80-\x{10FFFF}]*`)},
	{quoted, regexp.MustCompile(`^'([^'\\\n]|\\[^\n]|'')*'`)},
	{unquoted, regexp.MustCompile(`^[A-Za-z_\x80-\x{10FFFF}][A-Za-z_0-9\x80-\x{10FFFF}._:/-]*`)},
	{integer, regexp.MustCompile(`^[-+]?(0x[0-9a-fA-F]+|[0-9]+)[A-Za-z]*`)},
	{realNumber, regexp.MustCompile(`^[-+]?[0-9]*\.[0-9]*([Ee][-+]?[0-9]+)?`)},
	{equals, regexp.MustCompile(`^=`)},
}

// lexer splits a text into tokens.
type lexer struct {
	text string
	at   int
	line int // of the next token, from 1
}

func (l *lexer) next() (kind, string) {
	for l.at < len(l.text) && strings.IndexByte(" \t\r", l.text[l.at]) >= 0 {
		l.at++
	}
	if l.at < len(l.text) && l.text[l.at] == '#' {
		for l.at < len(l.text) && l.text[l.at] != '\n' {
			l.at++
		}
	}
	rest := l.text[l.at:]
	switch {
	case rest == "":
		return endOfText, ""
	case rest[0] == '\n':
		l.at++
		l.line++
		return endOfLine, "\n"
	}
	best, token := unknown, rest[:1]
	length := 0
	for _, rule := range rules {
		if match := rule.form.FindString(rest); len(match) > length {
			best, token, length = rule.kind, match, len(match)
		}
	}
	l.at += len(token)
	return best, token
}

// unquote removes the quotes and resolves ” and the backslash escapes of C, as the
// server does.
func unquote(token string) string {
	body := token[1 : len(token)-1]
	var b strings.Builder
	for i := 0; i < len(body); i++ {
		switch {
		case body[i] == '\'':
			i++
			b.WriteByte('\'')
		case body[i] == '\\' && i+1 < len(body):
			i++
			i += escape(&b, body[i:])
		default:
			b.WriteByte(body[i])
		}
	}
	return b.String()
}

// escape writes what the characters after a backslash mean and returns how many it
// consumed beyond the first.
func escape(b *strings.Builder, rest string) int {
	if i := strings.IndexByte("bfnrt", rest[0]); i >= 0 {
		b.WriteByte("\b\f\n\r\t"[i])
		return 0
	}
	value, digits := 0, 0
	for digits < 3 && digits < len(rest) && rest[digits] >= '0' && rest[digits] <= '7' {
		value = value<<3 + int(rest[digits]-'0')
		digits++
	}
	if digits == 0 {
		b.WriteByte(rest[0])
		return 0
	}
	b.WriteByte(byte(value))
	return digits - 1
}
