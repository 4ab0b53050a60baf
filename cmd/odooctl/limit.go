package main

import (
	"fmt"
	"os"
	"strings"

	"odooctl/inventory"
	"odooctl/playbooks/journal"
)

// failedHosts means, in a pattern, the hosts that failed in the last run.
const failedHosts = "@failed"

// limit replaces each @ term of a pattern by host names: @FILE by the names in a file,
// one in each line, and @failed by the hosts that failed in the last run. !@ excludes
// them.
func (u *ui) limit(pattern string) (string, error) {
	if !strings.Contains(pattern, "@") {
		return pattern, nil
	}
	var terms []string
	for _, term := range inventory.Terms(pattern) {
		not, name := "", term
		if rest, ok := strings.CutPrefix(name, "!"); ok {
			not, name = "!", rest
		}
		if !strings.HasPrefix(name, "@") {
			terms = append(terms, term)
			continue
		}
		hosts, err := u.listed(name)
		if err != nil {
			return "", err
		}
		for _, h := range hosts {
			terms = append(terms, not+h)
		}
	}
	return strings.Join(terms, ","), nil
}

// listed returns the hosts that @failed or @FILE names. An empty list is an error: a
// pattern without a name means every host.
func (u *ui) listed(name string) (hosts []string, err error) {
	if name == failedHosts {
		if hosts, err = u.failed(); err == nil && hosts == nil {
			err = fmt.Errorf("%s: no host failed in the last run", name)
		}
		return hosts, err
	}
	data, err := os.ReadFile(name[1:])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for line := range strings.Lines(string(data)) {
		line, _, _ = strings.Cut(line, "#")
		hosts = append(hosts, strings.Fields(line)...)
	}
	if hosts == nil {
		return nil, fmt.Errorf("%s: the file names no host", name)
	}
	return hosts, nil
}

// failed lists the hosts on which the last run did not do all that it should have.
func (u *ui) failed() (hosts []string, err error) {
	last, err := journal.Find(u.runs(), journal.Last)
	if err != nil {
		return nil, err
	}
	for _, p := range last.Progress() {
		if !p.Done() {
			hosts = append(hosts, p.Host)
		}
	}
	return hosts, nil
}
