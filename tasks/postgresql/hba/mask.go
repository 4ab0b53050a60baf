package hba

import (
	"regexp"
	"strings"
)

// secretOption matches one of secretOptions in a row, or in a comment: with its value
// in quotes, or with quotes around name and value.
var secretOption = regexp.MustCompile(`(?i)("\s*(?:` + strings.Join(secretOptions, "|") +
	`)\s*=)((?:[^"\n]|"")*)|((?:` + strings.Join(secretOptions, "|") +
	`)\s*=\s*)((?:"(?:[^"\n]|"")*"|[^\s,"#])+(?:,(?:"(?:[^"\n]|"")*"|[^\s,"#])+)*)`)

// Mask returns the text of a pg_hba.conf with the passwords and secrets of its options
// replaced by mask.
func Mask(text string, mask func(secret string) string) string {
	return secretOption.ReplaceAllStringFunc(text, func(found string) string {
		m := secretOption.FindStringSubmatch(found)
		if m[1] != "" {
			return m[1] + mask(m[2])
		}
		return m[3] + mask(m[4])
	})
}
