package conf

import (
	"regexp"
	"strings"
)

// Mask returns the text of a postgresql.conf with everything that is not shown replaced
// by mask: values, comments, and lines that the server does not understand. A setting
// that is commented out is treated like an active one.
func Mask(text string, shown func(name, value string) bool, mask func(secret string) string) string {
	var b strings.Builder
	for line := range strings.SplitAfterSeq(text, "\n") {
		body := strings.TrimRight(line, "\r\n")
		b.WriteString(maskLine(body, shown, mask) + line[len(body):])
	}
	return b.String()
}

// ruler matches a comment without content.
var ruler = regexp.MustCompile(`^[#\s-]*$`)

func maskLine(line string, shown func(name, value string) bool, mask func(string) string) string {
	rest := strings.TrimLeft(line, " \t\r")
	indent := line[:len(line)-len(rest)]
	switch {
	case rest == "" || ruler.MatchString(rest) || rest == Header:
		return line
	case rest[0] == '#':
		out := strings.TrimLeft(rest, "# \t")
		if _, _, _, ok := setting(out); ok && strings.Contains(out, "=") {
			return line[:len(line)-len(out)] + maskLine(out, shown, mask)
		}
		return indent + mask(rest)
	}
	entry, from, to, ok := setting(rest)
	if !ok {
		return indent + mask(rest)
	}
	value, after := rest[from:to], rest[to:]
	if !shown(entry.Name, entry.Value) {
		value = mask(value)
	}
	if words := strings.TrimLeft(after, " \t\r"); words != "" {
		after = after[:len(after)-len(words)] + "# " + mask(words)
	}
	return indent + rest[:from] + value + after
}

// setting parses one line, and returns where in it the value is.
func setting(line string) (entry Entry, from, to int, ok bool) {
	l := &lexer{text: line, line: 1}
	if entry, _, ok = l.setting(l.next()); !ok {
		return entry, 0, 0, false
	}
	l = &lexer{text: line, line: 1}
	l.next()
	kind, token := l.next()
	if kind == equals {
		_, token = l.next()
	}
	return entry, l.at - len(token), l.at, true
}
