package sshconfig

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Settings is what the files say of one host. Zero values were not set.
type Settings struct {
	HostName       string
	User           string
	Port           int
	IdentityFiles  []string // absolute, in order; empty and not nil: none
	IdentitiesOnly bool
	IdentityAgent  string // the agent's socket; "": that of the environment; none
	// ProxyCommand is as written, with its tokens; "" also for none.
	ProxyCommand     string
	ProxyJump        string   // hops for ParseJump; "" also for none
	KnownHosts       []string // UserKnownHostsFile, absolute; empty and not nil: none
	KnownHostsAt     string   // where it was set, FILE:LINE
	GlobalKnownHosts []string // GlobalKnownHostsFile, likewise
	HostKeyAlias     string
	ConnectTimeout   time.Duration
	AliveInterval    time.Duration // ServerAliveInterval
	AliveCountMax    int           // ServerAliveCountMax
	StrictHostKeys   string        // StrictHostKeyChecking, in lower case
	// ControlPaths are where a master for this host, port and user may have its socket: %C of
	// some versions of OpenSSH has ProxyJump in it, and of others not. There are none where the
	// name would be the same for others of these.
	ControlPaths []string
	Algorithms   Algorithms
	// NoKeys is PubkeyAuthentication no.
	NoKeys bool
	// Methods are PreferredAuthentications, in order; nil: the client's own.
	Methods  []string
	Warnings []Warning
}

// Algorithms are lists as ssh_config has them, also with +, - or ^ before the first name;
// "" leaves the client's own.
type Algorithms struct{ Kex, HostKeys, Ciphers, MACs string }

// Warning is a line that applies to the host and is not supported.
type Warning struct {
	Pos  string // FILE:LINE
	Text string
}

// Host returns the settings of a host. The context bounds commands of Match exec.
func (c *Config) Host(ctx context.Context, t Target) Settings {
	r := &resolution{ctx: ctx, machine: c.machine, target: t, name: t.Name, said: map[string]line{}}
	r.hostname, r.user = t.Address, t.User
	r.walk(c.lines, true)
	if canonical := strings.ToLower(r.text("canonicalizehostname")); r.wantsFinal ||
		canonical == "yes" || canonical == "true" || canonical == "always" {
		// As in OpenSSH, the files are read once more, for what is not yet set, and Host
		// lines then match the name that was found.
		r.final, r.name = true, strings.ToLower(r.hostName())
		r.walk(c.lines, true)
	}
	return r.settings()
}

// resolution walks the lines for one target.
type resolution struct {
	ctx            context.Context
	machine        Machine
	target         Target
	name           string // what Host lines match
	final          bool   // the second walk
	wantsFinal     bool
	hostname, user string
	said           map[string]line // the first line of each keyword
	identities     []string
	warnings       []Warning
}

// walk applies the lines that match the target. A block of an included file ends with
// that file.
func (r *resolution) walk(lines []line, active bool) {
	about := active
	for _, l := range lines {
		switch {
		case l.keyword == "host":
			about = active && r.hostMatches(l.args)
		case l.keyword == "match":
			about = active && r.matches(l)
		case !about:
		case l.keyword == "include":
			r.walk(l.include, true)
		default:
			r.take(l)
		}
	}
}

// take keeps a value unless it is already set.
func (r *resolution) take(l line) {
	switch _, said := r.said[l.keyword]; {
	case l.keyword == "identityfile":
		if !slices.Contains(r.identities, l.args[0]) {
			r.identities = append(r.identities, l.args[0])
		}
		return
	case said, l.keyword == "proxycommand" && !strings.EqualFold(first(r.text("proxyjump"), "none"), "none"),
		l.keyword == "proxyjump" && r.has("proxycommand"):
		return
	}
	r.said[l.keyword] = l
	value := strings.ToLower(l.args[0])
	switch l.keyword {
	case "hostname":
		if r.hostname == "" {
			r.hostname = strings.ToLower(strings.NewReplacer("%%", "%", "%h", r.target.Name).Replace(l.args[0]))
		}
	case "user":
		r.user = first(r.user, l.args[0])
	case "stricthostkeychecking":
		if value != "yes" && value != "ask" && value != "true" {
			r.warn(l, l.name+" "+value+" is not followed: only known keys are accepted")
		}
	default:
		if harmless, listed := unfollowed[l.keyword]; listed && value != harmless {
			r.unfollowed(l, l.name)
		}
	}
}

// unfollowed are the unsupported keywords that change how a host is reached or
// verified, with the value that changes nothing.
var unfollowed = map[string]string{
	"canonicalizehostname": "no", "knownhostscommand": "none", "revokedhostkeys": "none",
	"certificatefile": "none", "pkcs11provider": "none",
	"bindaddress": "", "bindinterface": "", "addressfamily": "any",
}

func (r *resolution) has(keyword string) bool { _, ok := r.said[keyword]; return ok }

func (r *resolution) warn(l line, text string) {
	if slices.ContainsFunc(r.warnings, func(w Warning) bool { return w.Pos == l.pos() }) {
		return // the second walk
	}
	r.warnings = append(r.warnings, Warning{l.pos(), text})
}

func (r *resolution) unfollowed(l line, what string) { r.warn(l, what+" is not followed") }

func (r *resolution) hostName() string { return first(r.hostname, r.target.Name) }

func (r *resolution) text(keyword string) string {
	if l := r.said[keyword]; len(l.args) > 0 {
		return l.args[0]
	}
	return ""
}

// settings parses the values that were found.
func (r *resolution) settings() Settings {
	s := Settings{HostName: r.hostname, User: r.user, HostKeyAlias: r.text("hostkeyalias"),
		StrictHostKeys: strings.ToLower(r.text("stricthostkeychecking"))}
	s.Port, _ = number(r.text("port"), 1, 65535) // what is unset or wrong is 0; check has told of the latter
	s.AliveCountMax, _ = number(r.text("serveralivecountmax"), 0, 1<<30)
	s.AliveInterval, _ = duration(r.text("serveraliveinterval"))
	s.ConnectTimeout, _ = duration(r.text("connecttimeout"))
	s.IdentitiesOnly = slices.Contains([]string{"yes", "true"}, strings.ToLower(r.text("identitiesonly")))
	s.NoKeys = slices.Contains([]string{"no", "false"}, strings.ToLower(r.text("pubkeyauthentication")))
	s.Algorithms = Algorithms{r.text("kexalgorithms"), r.text("hostkeyalgorithms"), r.text("ciphers"), r.text("macs")}
	if methods := r.text("preferredauthentications"); methods != "" {
		s.Methods = strings.Split(methods, ",")
	}
	if len(r.identities) > 0 {
		s.IdentityFiles = []string{}
	}
	for _, file := range r.identities {
		if !strings.EqualFold(file, "none") {
			s.IdentityFiles = append(s.IdentityFiles, r.path(file, s))
		}
	}
	if jump := r.text("proxyjump"); !strings.EqualFold(jump, "none") {
		s.ProxyJump = r.expand(jump, s)
	}
	if command := r.text("proxycommand"); !strings.EqualFold(command, "none") {
		s.ProxyCommand = command
	}
	if l, said := r.said["userknownhostsfile"]; said {
		s.KnownHosts, s.KnownHostsAt = r.files(l, s), l.pos()
	}
	if l, said := r.said["globalknownhostsfile"]; said {
		s.GlobalKnownHosts = r.files(l, s)
	}
	s.IdentityAgent = r.agent(s)
	if socket := r.text("controlpath"); ownSocket(socket) {
		plain := strings.ReplaceAll(socket, "%C", r.digest(s, ""))
		s.ControlPaths = slices.Compact([]string{r.path(socket, s), r.path(plain, s)})
	}
	s.Warnings = r.warnings
	return s
}

// ownSocket reports whether a ControlPath is that of one host, port and user only, as
// ssh_config(5) wants it.
func ownSocket(path string) bool {
	names := func(token string) bool { return strings.Contains(strings.ReplaceAll(path, "%%", ""), token) }
	return names("%C") || (names("%h") || names("%n") || names("%k")) && names("%p") && names("%r")
}

// agent is the value of IdentityAgent (ssh_config(5)): a path, the name of a variable
// after a $, SSH_AUTH_SOCK, or none.
func (r *resolution) agent(s Settings) string {
	value := r.text("identityagent")
	name, variable := strings.CutPrefix(value, "$")
	switch {
	case value == "" || value == "SSH_AUTH_SOCK":
		return ""
	case variable && !strings.HasPrefix(name, "{"):
		return first(r.machine.Env(name), "none")
	}
	return r.path(value, s)
}

// files are the paths of a line; empty and not nil if it says none.
func (r *resolution) files(l line, s Settings) []string {
	files := []string{}
	for _, file := range l.args {
		if !strings.EqualFold(file, "none") {
			files = append(files, r.path(file, s))
		}
	}
	return files
}
