package postgresql

import (
	"regexp"
	"slices"
	"strings"

	"odooctl/tasks"
	"odooctl/tasks/postgresql/conf"
)

// secretSettings are the server's settings whose values may contain a password.
// Settings with a prefix are an extension's or an application's, of unknown meaning.
var (
	secretSettings = regexp.MustCompile(`conninfo|command|pass|pwd|secret|token|key|credential|\.`)
	tellsSecret    = regexp.MustCompile(`pass|pwd|secret|token|key|credential`)
	openSettings   = []string{"password_encryption", "ssl_key_file", "krb_server_keyfile",
		"ssl_passphrase_command_supports_reload"}
)

// hiding shows of postgresql.conf the server's own settings that hold no password, and
// of others what the inventory has in clear, that very value.
func (s *server) hiding() tasks.Hiding {
	clear := map[string]string{}
	for _, d := range s.deployments {
		for _, o := range d.PostgreSQL.Settings {
			clear[strings.ToLower(o.Name)] = o.Value.Text
		}
	}
	shown := func(name, value string) bool {
		given, ok := clear[name]
		return !secretSettings.MatchString(name) || slices.Contains(openSettings, name) || ok && given == value &&
			!tellsSecret.MatchString(name)
	}
	return func(text string, mask func(string) string) string { return conf.Mask(text, shown, mask) }
}
