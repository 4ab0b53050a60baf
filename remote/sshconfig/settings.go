package sshconfig

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Settings is what the files say of one host. Zero values were not set.
type Settings struct {
	HostName         string
	User             string
	Port             int
	IdentityFiles    []string // absolute, in order
	IdentitiesOnly   bool
	IdentityAgent    string   // the agent's socket; "": that of the environment; none
	ProxyJump        string   // hops for ParseJump; "" also for none
	KnownHosts       []string // UserKnownHostsFile, absolute; empty and not nil: none
	KnownHostsAt     string   // where it was set, FILE:LINE
	GlobalKnownHosts []string // GlobalKnownHostsFile, likewise
	HostKeyAlias     string
	ConnectTimeout   time.Duration
	AliveInterval    time.Duration // ServerAliveInterval
	AliveCountMax    int           // ServerAliveCountMax
	StrictHostKeys   string        // StrictHostKeyChecking, in lower case
	Warnings         []Warning
}

// Warning is a line that applies to the host and is not supported.
type Warning struct {
	Pos  string // FILE:LINE
	Text string
}

// Host returns the settings of a host.
func (c *Config) Host(t Target) Settings {
	r := &resolution{machine: c.machine, target: t, said: map[string]line{}}
	r.hostname, r.user = t.Address, t.User
	r.walk(c.lines, true)
	return r.settings()
}

// resolution walks the lines for one target.
type resolution struct {
	machine        Machine
	target         Target
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
			about = active && hostMatches(l.args, r.target)
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
	case said, l.keyword == "proxycommand" && r.has("proxyjump"), l.keyword == "proxyjump" && r.has("proxycommand"):
		return
	}
	r.said[l.keyword] = l
	value := strings.ToLower(l.args[0])
	switch l.keyword {
	case "hostname":
		setFirst(&r.hostname, strings.NewReplacer("%%", "%", "%h", r.target.Name).Replace(l.args[0]))
	case "user":
		setFirst(&r.user, l.args[0])
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
	"proxycommand": "none", "canonicalizehostname": "no", "knownhostscommand": "none", "revokedhostkeys": "none",
	"certificatefile": "none", "pkcs11provider": "none",
	"bindaddress": "", "bindinterface": "", "addressfamily": "any",
}

func (r *resolution) has(keyword string) bool { _, ok := r.said[keyword]; return ok }

func (r *resolution) warn(l line, text string) {
	r.warnings = append(r.warnings, Warning{l.pos(), text})
}

func (r *resolution) unfollowed(l line, what string) bool {
	text := what + " is not followed"
	if l.keyword == "proxycommand" {
		text += "; use ProxyJump"
	}
	r.warn(l, text)
	return false
}

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
	s.Port = r.number("port", 65535)
	s.AliveCountMax = r.number("serveralivecountmax", 1<<30)
	s.AliveInterval = r.duration("serveraliveinterval")
	s.ConnectTimeout = r.duration("connecttimeout")
	s.IdentitiesOnly = slices.Contains([]string{"yes", "true"}, strings.ToLower(r.text("identitiesonly")))
	for _, file := range r.identities {
		if !strings.EqualFold(file, "none") {
			s.IdentityFiles = append(s.IdentityFiles, r.path(file, s))
		}
	}
	if jump := r.text("proxyjump"); !strings.EqualFold(jump, "none") {
		s.ProxyJump = r.expand(jump, s)
	}
	if l, said := r.said["userknownhostsfile"]; said {
		s.KnownHosts, s.KnownHostsAt = r.files(l, s), l.pos()
	}
	if l, said := r.said["globalknownhostsfile"]; said {
		s.GlobalKnownHosts = r.files(l, s)
	}
	s.IdentityAgent = r.agent(s)
	s.Warnings = r.warnings
	return s
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

func (r *resolution) number(keyword string, most int) int {
	text := r.text(keyword)
	n, err := strconv.Atoi(text)
	if text != "" && (err != nil || n < 0 || n > most) {
		l := r.said[keyword]
		r.warn(l, fmt.Sprintf("%s %s is not a number up to %d", l.name, text, most))
		return 0
	}
	return n
}

// duration parses seconds, or a time such as 1m30s (sshd_config(5), TIME FORMATS).
func (r *resolution) duration(keyword string) time.Duration {
	text := strings.ToLower(r.text(keyword))
	if text == "" || text == "none" {
		return 0
	}
	d, err := parseTime(text)
	if err != nil {
		l := r.said[keyword]
		r.warn(l, l.name+": "+err.Error())
	}
	return d
}

var units = map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour,
	'w': 7 * 24 * time.Hour}

func parseTime(text string) (total time.Duration, err error) {
	for rest := text; rest != ""; {
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		n, err := strconv.Atoi(rest[:digits])
		if err != nil || n > 1<<31 {
			return 0, fmt.Errorf("%q is not a time such as 90 or 1m30s", text)
		}
		unit := time.Second
		if rest = rest[digits:]; rest != "" {
			if unit = units[rest[0]]; unit == 0 {
				return 0, fmt.Errorf("%q is not a time such as 90 or 1m30s", text)
			}
			rest = rest[1:]
		}
		if total += time.Duration(n) * unit; total < 0 {
			return 0, fmt.Errorf("%q is too long", text)
		}
	}
	return total, nil
}

func setFirst(v *string, s string) {
	if *v == "" {
		*v = s
	}
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
