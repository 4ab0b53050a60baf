package tunnel

import (
	"errors"
	"path"
	"regexp"
	"strings"
)

// The lines around our block in a file of others.
const (
	blockBegin = "# odooctl: begin of what tunnels need"
	blockEnd   = "# odooctl: end"
)

var (
	includeLine = regexp.MustCompile(`(?i)^\s*Include\s+(.+)$`)
	matchLine   = regexp.MustCompile(`(?i)^\s*Match\s`)
)

// includes reports whether sshd_config includes our file for everybody: by an Include
// above every Match. Debian 11, Ubuntu 20.04 and RHEL 9 have it; Include is new in
// OpenSSH 8.2.
func includes(config string) bool {
	for line := range strings.Lines(config) {
		line = strings.TrimSpace(line)
		if matchLine.MatchString(line) {
			return false
		}
		m := includeLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		for _, pattern := range strings.Fields(m[1]) {
			pattern = strings.Trim(pattern, `"`)
			if !path.IsAbs(pattern) {
				pattern = "/etc/ssh/" + pattern
			}
			if ok, err := path.Match(pattern, sshdFile); ok && err == nil {
				return true
			}
		}
	}
	return false
}

var errBlock = errors.New("the line \"" + blockBegin + "\" has no \"" + blockEnd +
	"\" after it: put it back, or remove both")

// block returns sshd_config with our block at its end, or without one if text is "". A
// Match continues up to the next one, so the block is last, and ends its own.
func block(config, text string) (string, error) {
	var b strings.Builder
	inside := false
	for line := range strings.Lines(config) {
		switch strings.TrimSpace(line) {
		case blockBegin:
			if inside {
				return "", errBlock
			}
			inside = true
			continue
		case blockEnd:
			if inside {
				inside = false
				continue
			}
		}
		if !inside {
			b.WriteString(line)
		}
	}
	if inside {
		return "", errBlock
	}
	rest := b.String()
	if text == "" {
		return rest, nil
	}
	if rest != "" && !strings.HasSuffix(rest, "\n") {
		rest += "\n"
	}
	return rest + blockBegin + "\n" + text + "Match all\n" + blockEnd + "\n", nil
}
