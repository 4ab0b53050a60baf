package sshconfig

import (
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// home replaces ~ by the home folder.
func (m Machine) home(path string) string {
	if path == "~" || strings.HasPrefix(path, "~/") {
		return filepath.Join(m.Home, path[1:])
	}
	return path
}

var variable = regexp.MustCompile(`\$\{[A-Za-z_][A-Za-z0-9_]*\}`)

// path expands ~, ${NAME} and tokens. As in OpenSSH, a relative path stays relative to
// the working folder.
func (r *resolution) path(path string, s Settings) string {
	path = variable.ReplaceAllStringFunc(r.machine.home(path),
		func(v string) string { return r.machine.Env(v[2 : len(v)-1]) })
	return r.expand(path, s)
}

// expand replaces the tokens (ssh_config(5), TOKENS) that concern the target. Others
// stay as they are.
func (r *resolution) expand(text string, s Settings) string {
	port := s.Port
	if port == 0 {
		port = 22
	}
	return strings.NewReplacer("%%", "%",
		"%h", r.hostName(), "%n", r.target.Name, "%k", first(s.HostKeyAlias, r.target.Name),
		"%p", strconv.Itoa(port), "%r", first(r.user, r.machine.User),
		"%u", r.machine.User, "%d", r.machine.Home).Replace(text)
}
