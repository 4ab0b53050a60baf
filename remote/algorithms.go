package remote

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"odooctl/remote/sshconfig"
)

// Algorithms are lists of what may be negotiated, as ssh_config has them: names, or names
// after a + (added), - (taken away) or ^ (put first). An empty list is the client's own.
type Algorithms struct{ Kex, HostKeys, Ciphers, MACs string }

// lists are the keywords with their values, and what the client offers and knows.
func (a Algorithms) lists() []list {
	own, old := ssh.SupportedAlgorithms(), ssh.InsecureAlgorithms()
	var defaults ssh.Config
	defaults.SetDefaults()
	certificates := slices.DeleteFunc(slices.Clone(own.HostKeys), func(name string) bool {
		return !strings.Contains(name, "-cert-")
	})
	return []list{
		{"KexAlgorithms", a.Kex, defaults.KeyExchanges, slices.Concat(own.KeyExchanges, old.KeyExchanges)},
		{"HostKeyAlgorithms", a.HostKeys, slices.Concat(certificates, unknownOrder),
			slices.Concat(own.HostKeys, old.HostKeys)},
		{"Ciphers", a.Ciphers, defaults.Ciphers, slices.Concat(own.Ciphers, old.Ciphers)},
		{"MACs", a.MACs, defaults.MACs, slices.Concat(own.MACs, old.MACs)},
	}
}

type list struct {
	keyword, value string
	own, known     []string
}

// names are the algorithms to offer, in order; nil if the client knows none of them.
func (l list) names() (names []string) {
	sign, rest := "", l.value
	if rest != "" && strings.Contains("+-^", rest[:1]) {
		sign, rest = rest[:1], rest[1:]
	}
	if rest == "" {
		return l.own
	}
	if sign == "-" {
		return slices.DeleteFunc(slices.Clone(l.own), func(name string) bool { return sshconfig.MatchList(rest, name) })
	}
	for pattern := range strings.SplitSeq(rest, ",") {
		for _, name := range l.known {
			if sshconfig.MatchList(pattern, name) {
				names = append(names, name)
			}
		}
	}
	switch {
	case len(names) == 0:
		return nil
	case sign == "+":
		names = slices.Concat(l.own, names)
	case sign == "^":
		names = slices.Concat(names, l.own)
	}
	return distinctText(names)
}

// Unsupported returns the keywords of lists that leave nothing which the client knows.
func (a Algorithms) Unsupported() (keywords []string) {
	for _, l := range a.lists() {
		if len(l.names()) == 0 {
			keywords = append(keywords, l.keyword)
		}
	}
	return keywords
}

// offered are the names to offer of a keyword.
func (a Algorithms) offered(keyword string) []string {
	for _, l := range a.lists() {
		if l.keyword == keyword {
			if names := l.names(); len(names) > 0 {
				return names
			}
			return l.own
		}
	}
	return nil
}

// config is the ssh.Config with the lists.
func (a Algorithms) config() ssh.Config {
	return ssh.Config{KeyExchanges: a.offered("KexAlgorithms"), Ciphers: a.offered("Ciphers"), MACs: a.offered("MACs")}
}

// allowed are the host key algorithms to request: of those that fit the known keys the
// allowed ones, and all allowed ones if none is left.
func (c Config) allowed(fitting []string) []string {
	if c.Algorithms.HostKeys == "" {
		return fitting
	}
	all := c.Algorithms.offered("HostKeyAlgorithms")
	if slices.Contains(fitting, ssh.KeyAlgoRSASHA512) {
		fitting = append(fitting[:len(fitting):len(fitting)], ssh.KeyAlgoRSA) // where HostKeyAlgorithms allows SHA-1
	}
	both := slices.DeleteFunc(slices.Clone(fitting), func(name string) bool { return !slices.Contains(all, name) })
	if len(both) == 0 {
		return all
	}
	return both
}

// settingOf names the ssh_config keyword for what a handshake could not agree on.
func settingOf(what string) string {
	switch {
	case strings.Contains(what, "host key"):
		return "HostKeyAlgorithms"
	case strings.Contains(what, "key exchange"):
		return "KexAlgorithms"
	case strings.Contains(what, "MAC"):
		return "MACs"
	}
	return "Ciphers"
}

// disagreed is the error for a host that has no algorithm in common with the client.
func (c Config) disagreed(e *ssh.AlgorithmNegotiationError) *Error {
	setting := settingOf(e.What)
	offers := e.RequestedAlgorithms // the host's: the library names its sides so
	hint := "odooctl's client knows none of these: update the host's sshd, or set ssh.transport: openssh"
	for _, l := range c.Algorithms.lists() {
		i := slices.IndexFunc(offers, func(o string) bool { return slices.Contains(l.known, o) })
		if l.keyword == setting && i >= 0 {
			hint = "update the host's sshd, or, if it cannot be, allow it for this host in ssh_config: " + setting + " +" +
				offers[i]
		}
	}
	return &Error{Host: c.Host, Kind: Unreachable, Tried: "start SSH with " + c.endpoint(),
		Got: "no common " + strings.TrimPrefix(e.What, "client to server ") + " algorithm: the host offers only " +
			fmt.Sprintf("%.500s", strings.Join(offers, ", ")), Hint: hint, Err: e}
}
