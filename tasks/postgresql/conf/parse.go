package conf

import (
	"fmt"
	"strings"
)

// Entry is one line with a name and a value.
type Entry struct {
	Name  string // lower case
	Value string // without quotes
	Line  int    // from 1
}

// LineError is a line that the server refuses.
type LineError struct {
	Line   int
	Reason string
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// File is a text of settings.
type File struct {
	Entries  []Entry // in the order of the text
	Includes []Entry // include, include_if_exists and include_dir, with the path as value
	Errors   []*LineError
}

// Lookup returns the effective setting of this text: the last one. A later include and
// postgresql.auto.conf may override it.
func (f *File) Lookup(name string) (Entry, bool) {
	for i := len(f.Entries) - 1; i >= 0; i-- {
		if strings.EqualFold(f.Entries[i].Name, name) {
			return f.Entries[i], true
		}
	}
	return Entry{}, false
}

// Parse parses a text as the server does. A line that it refuses is in Errors and the
// others are parsed all the same; the server applies nothing of a file with such a
// line.
func Parse(text string) *File {
	f := &File{}
	l := &lexer{text: text, line: 1}
	for {
		number := l.line
		kind, token := l.next()
		switch kind {
		case endOfText:
			return f
		case endOfLine:
			continue
		}
		entry, bad, ok := l.setting(kind, token)
		if !ok {
			f.Errors = append(f.Errors, &LineError{number, syntaxError(bad)})
			continue
		}
		entry.Line = number
		if isInclude(entry.Name) {
			f.Includes = append(f.Includes, entry)
		} else {
			f.Entries = append(f.Entries, entry)
		}
	}
}

// setting reads the rest of a line whose first token is given. For an invalid line it
// returns the offending token.
func (l *lexer) setting(kind kind, token string) (entry Entry, bad string, ok bool) {
	if kind != id && kind != qualifiedID {
		l.skip(kind)
		return Entry{}, token, false
	}
	entry.Name = strings.ToLower(token)

	kind, token = l.next()
	if kind == equals {
		kind, token = l.next()
	}
	switch kind {
	case quoted:
		entry.Value = unquote(token)
	case id, unquoted, integer, realNumber:
		entry.Value = token
	default:
		l.skip(kind)
		return Entry{}, token, false
	}

	kind, token = l.next()
	if kind != endOfLine && kind != endOfText {
		l.skip(kind)
		return Entry{}, token, false
	}
	return entry, "", true
}

// skip skips to the next line, unless the token was the line's end.
func (l *lexer) skip(kind kind) {
	for kind != endOfLine && kind != endOfText {
		kind, _ = l.next()
	}
}

func syntaxError(token string) string {
	if token == "" || token == "\n" {
		return "syntax error near end of line"
	}
	return fmt.Sprintf("syntax error near token %q", token)
}

func isInclude(name string) bool {
	switch strings.ToLower(name) {
	case "include", "include_if_exists", "include_dir":
		return true
	}
	return false
}
