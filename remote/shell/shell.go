// Package shell quotes words for a POSIX shell, so that it interprets nothing in them:
//
//	"cp " + shell.Words("--", from, to)
//
// A program for hosts is a file of shell functions; what it works on are their arguments:
//
//	shell.Call(program, "copy", from, to)
package shell

import (
	"regexp"
	"strings"
)

// Quote returns s as one word for a POSIX shell, without quotes where none are needed.
// s must not contain NUL.
func Quote(s string) string {
	if s != "" && !strings.ContainsFunc(s, special) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// Words quotes each word and joins them by spaces.
func Words(list ...string) string {
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = Quote(s)
	}
	return strings.Join(quoted, " ")
}

// Pattern quotes everything in a path pattern except *, ? and [].
func Pattern(p string) string {
	var b strings.Builder
	for _, r := range p {
		if strings.ContainsRune("*?[]", r) {
			b.WriteRune(r)
		} else {
			b.WriteString(Quote(string(r)))
		}
	}
	return b.String()
}

var margin = regexp.MustCompile(`(?m)^\t+|^\t*#.*\n`)

// Bare returns one of our programs without comments and indentation, as it is sent to
// hosts.
func Bare(program string) string { return margin.ReplaceAllString(program, "") }

// Call returns shell that defines the functions of a program of ours, and calls one of
// them. It starts no shell of its own, and has no line end.
func Call(program, function string, args ...string) string {
	return Bare(program) + Words(append([]string{function}, args...)...)
}

// special reports whether a shell may interpret a character.
func special(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') &&
		!strings.ContainsRune("_-+=:,./@%", r)
}
