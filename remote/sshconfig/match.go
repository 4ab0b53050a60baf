package sshconfig

import (
	"fmt"
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
func (r *resolution) hostMatches(patterns []string) (matched bool) {
	for _, p := range patterns {
		p, negated := strings.CutPrefix(p, "!")
		if !glob(p, r.name) && (r.target.Address == "" || !glob(p, r.target.Address)) {
			continue
		}
		if negated {
			return false
		}
		matched = true
	}
	return matched
}

// criterion is a condition of a Match line.
type criterion struct {
	name    string // in lower case
	negated bool
	value   string
}

// lone are the criteria without a value.
var lone = map[string]bool{"all": true, "canonical": true, "final": true}

// unsupported are criteria that are known to newer versions of OpenSSH.
var unsupported = map[string]bool{"tagged": true, "localnetwork": true, "version": true, "sessiontype": true,
	"command": true}

// criteria parses the conditions of a Match line.
func criteria(args []string) (list []criterion, err error) {
	for i := 0; i < len(args); i++ {
		var c criterion
		name, value, given := strings.Cut(args[i], "=")
		c.name, c.negated = strings.CutPrefix(strings.ToLower(name), "!")
		_, follow := followed[c.name]
		switch {
		case lone[c.name]:
			list = append(list, c)
			continue
		case !follow && c.name != "exec" && !unsupported[c.name]:
			return nil, fmt.Errorf("Match knows no %s", name)
		case !given && i+1 == len(args):
			return nil, fmt.Errorf("Match %s: the value is missing", name)
		case !given:
			i++
			value = args[i]
		}
		c.value = value
		list = append(list, c)
	}
	return list, nil
}

// followed are the criteria of Match that take a list of patterns.
var followed = map[string]func(r *resolution) string{
	"host":         func(r *resolution) string { return r.hostName() },
	"originalhost": func(r *resolution) string { return r.target.Name },
	"user":         func(r *resolution) string { return first(r.user, r.machine.User) },
	"localuser":    func(r *resolution) string { return r.machine.User },
}

// matches reports whether a Match line applies to the target. An unsupported criterion
// is a warning where the others match, and does not match: it may be wrong to apply what it
// guards.
func (r *resolution) matches(l line) bool {
	matched, unclear := true, ""
	for _, c := range l.criteria {
		value, follow := followed[c.name]
		switch {
		case c.name == "all":
			matched = matched && !c.negated
		case c.name == "canonical", c.name == "final":
			r.wantsFinal = r.wantsFinal || c.name == "final"
			matched = matched && r.final != c.negated
		case follow:
			matched = matched && patternList(c.value, value(r), c.name != "user" && c.name != "localuser") != c.negated
		case c.name == "exec" && r.machine.Run != nil:
			// As in OpenSSH, not run where an earlier criterion decides.
			matched = matched && r.machine.Run(r.ctx, r.expand(c.value, r.reached())) != c.negated
		default:
			unclear = c.name
		}
	}
	if matched && unclear != "" {
		r.unfollowed(l, "Match "+unclear)
	}
	return matched && unclear == ""
}

// reached is what a command of Match exec may ask for by tokens.
func (r *resolution) reached() Settings {
	port, _ := number(r.text("port"), 1, 65535)
	return Settings{Port: port, HostKeyAlias: r.text("hostkeyalias")}
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
