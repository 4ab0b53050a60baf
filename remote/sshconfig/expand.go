package sshconfig

import (
	"cmp"
	"crypto/sha1"
	"encoding/hex"
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
	m, at, user := r.machine, strconv.Itoa(cmp.Or(s.Port, 22)), cmp.Or(r.user, r.machine.User)
	short, _, _ := strings.Cut(m.Hostname, ".")
	jump := ""
	if !strings.EqualFold(r.text("proxyjump"), "none") {
		jump = r.text("proxyjump")
	}
	return strings.NewReplacer("%%", "%", "%h", r.hostName(), "%n", r.target.Name,
		"%k", first(s.HostKeyAlias, r.target.Name), "%p", at, "%r", user, "%u", m.User, "%d", m.Home,
		"%l", m.Hostname, "%L", short, "%i", strconv.Itoa(m.UID), "%j", jump,
		"%C", r.digest(s, jump)).Replace(text)
}

// digest is the token %C.
func (r *resolution) digest(s Settings, jump string) string {
	port := cmp.Or(s.Port, 22)
	sum := sha1.Sum([]byte(r.machine.Hostname + r.hostName() + strconv.Itoa(port) + cmp.Or(r.user, r.machine.User) + jump))
	return hex.EncodeToString(sum[:])
}
