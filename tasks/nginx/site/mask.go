package site

import (
	"regexp"
	"strings"

	"odooctl/tasks"
)

// Hiding shows those lines of an nginx configuration that ours has too, and of others
// those that contain only names, addresses and paths. A header, a variable, an answer
// or a comment may contain a password.
func Hiding(ours string) tasks.Hiding {
	known := map[string]bool{}
	for line := range strings.Lines(ours + written) {
		known[strings.TrimSpace(line)] = true
	}
	return func(text string, mask func(string) string) string {
		var b strings.Builder
		for line := range strings.Lines(text) {
			body := strings.TrimSpace(line)
			if known[body] || plainLine.MatchString(body) || generationLine.MatchString(body) ||
				noteLine.MatchString(body+"\n") {
				b.WriteString(line)
				continue
			}
			shown := directive.FindString(body)
			indent, end, _ := strings.Cut(line, body)
			b.WriteString(indent + shown + mask(body[len(shown):]) + end)
		}
		return b.String()
	}
}

// written are the lines that we write whatever the inventory says.
var written = "\n" + Header + maintenanceBegins + maintenanceEnds +
	regexp.MustCompile(`\{\{[^}]*\}\}`).ReplaceAllString(serverTemplate+hostTemplate, "")

var (
	// plainLine matches a directive with names only, or one that opens or ends a block.
	plainLine = regexp.MustCompile(`^(?:[{}\s]*|(?:listen|server_name|server|location|upstream|ip_hash|least_conn|keepalive|zone|worker_shutdown_timeout|root|alias|index|include|proxy_pass|try_files|access_log|error_log|` +
		`ssl_[a-z_]+|limit_req|proxy_cookie_flags|client_max_body_size|proxy_[a-z]+_timeout|gzip|gzip_types|expires|allow|deny|http2)(?:\s[^;{}"'#$]*)?[;{]?[\s}]*)$`)
	// directive matches a line's first word.
	directive = regexp.MustCompile(`^(?:[a-z_]+\s+)?`)
	// generationLine matches the line that identifies our files.
	generationLine = regexp.MustCompile(`^return 200 "\w+\\n";$`)
)
