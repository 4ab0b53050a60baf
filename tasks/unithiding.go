package tasks

import (
	"regexp"
	"strings"
)

// unitHiding shows those lines of a unit's file that ours has too. Of others it hides
// variables, credentials, and arguments whose name suggests a secret.
func unitHiding(ours string) Hiding {
	known := map[string]bool{}
	for line := range strings.Lines(ours) {
		known[strings.TrimSpace(line)] = true
	}
	return func(text string, mask func(string) string) string {
		var b strings.Builder
		goesOn := false
		for line := range strings.Lines(text) {
			body := strings.TrimRight(line, "\r\n")
			name := variableLine.FindString(body)
			switch {
			case known[strings.TrimSpace(body)] || strings.TrimSpace(body) == "":
				goesOn = false
				b.WriteString(line)
				continue
			case goesOn:
				name = ""
			case name == "":
				b.WriteString(secretArgument.ReplaceAllStringFunc(line, func(found string) string {
					flag := secretArgument.FindStringSubmatch(found)[1]
					return flag + mask(found[len(flag):])
				}))
				continue
			}
			b.WriteString(name + mask(body[len(name):]) + line[len(body):])
			goesOn = strings.HasSuffix(body, `\`)
		}
		return b.String()
	}
}

var (
	variableLine   = regexp.MustCompile(`^[\s#;]*(?:Environment|SetCredential|SetCredentialEncrypted|SetLoginEnvironment)\s*=\s*`)
	secretArgument = regexp.MustCompile(`(?i)(--?[\w-]*(?:pass|pwd|secret|token|key)[\w-]*[=\s]\s*)(?:"[^"]*"|'[^']*'|\S+)`)
)
