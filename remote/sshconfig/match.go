package sshconfig

import (
	"strings"
)

// Target is the host to look up. Fields beside Name override the files, as options on
// ssh's command line do.
type Target struct {
	Name    string // what is typed after ssh
	Address string // HostName, if given; Host patterns may match it too
	User    string
}

// hostMatches reports whether a Host line applies to the target.
func hostMatches(patterns []string, t Target) (matched bool) {
	for _, p := range patterns {
		p, negated := strings.CutPrefix(p, "!")
		if !glob(p, t.Name) && (t.Address == "" || !glob(p, t.Address)) {
			continue
		}
		if negated {
			return false
		}
		matched = true
	}
	return matched
}

// followed are the supported criteria of Match that take a list of patterns.
var followed = map[string]func(r *resolution) string{
	"host":         func(r *resolution) string { return r.hostName() },
	"originalhost": func(r *resolution) string { return r.target.Name },
	"user":         func(r *resolution) string { return first(r.user, r.machine.User) },
	"localuser":    func(r *resolution) string { return r.machine.User },
}

// matches reports whether a Match line applies to the target. An unsupported criterion
// is a warning and does not match: it may be wrong to apply what it guards.
func (r *resolution) matches(l line) bool {
	matched := true
	for i := 0; i < len(l.args); i++ {
		criterion, negated := strings.CutPrefix(strings.ToLower(l.args[i]), "!")
		value, follow := followed[criterion]
		switch {
		case criterion == "all":
			matched = matched && !negated
			continue
		case criterion == "canonical":
			matched = matched && negated // no name is canonicalized
			continue
		case criterion == "final":
			return matched && r.unfollowed(l, "Match final")
		case i+1 == len(l.args):
			return matched && r.unfollowed(l, "Match "+criterion)
		}
		i++
		if follow {
			matched = matched && patternList(l.args[i], value(r),
				criterion != "user" && criterion != "localuser") != negated
		} else if matched {
			return r.unfollowed(l, "Match "+criterion)
		}
	}
	return matched
}

// patternList matches a comma-separated list; a negated pattern that matches decides.
func patternList(list, s string, fold bool) (matched bool) {
	if fold {
		list, s = strings.ToLower(list), strings.ToLower(s)
	}
	for p := range strings.SplitSeq(list, ",") {
		p, negated := strings.CutPrefix(p, "!")
		if !glob(p, s) {
			continue
		}
		if negated {
			return false
		}
		matched = true
	}
	return matched
}

// MatchList matches a host name with a comma-separated list of patterns, as Match host
// and known_hosts have it: case does not count, and a negated pattern that matches decides.
func MatchList(list, s string) bool { return patternList(list, s, true) }

// glob matches s with a pattern: * is any text, ? any one
// character.
func glob(pattern, s string) bool {
	star, from := -1, 0
	p, i := 0, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, i
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == s[i]):
			p++
			i++
		case star >= 0:
			from++
			p, i = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
