// Package shell writes words for a POSIX shell, so that no text is more to it than
// itself.
//
//	"cp " + shell.Words("--", from, to)
package shell

import "strings"

// Quote returns s as one word of POSIX shell. It leaves what needs no quotes without.
// S has no NUL.
func Quote(s string) string {
	if s != "" && !strings.ContainsFunc(s, special) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// Words returns the words of a command, each quoted.
func Words(list ...string) string {
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = Quote(s)
	}
	return strings.Join(quoted, " ")
}

// Pattern returns a pattern of paths with all quoted but its *, ? and [].
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

// special reports whether a shell may see more in a character than itself.
func special(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("_-+=:,./@%", r)
}
