package hosts

import (
	"context"
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"odooctl/lab"
)

//go:embed state.sh
var stateScript string

// State is the result of a run on each host, one fact per line.
func (f *Fleet) State(ctx context.Context) (map[string]string, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	return f.each(func(m *lab.Machine) (string, error) { return m.Exec(ctx, stateScript) })
}

// Differences are the facts that only one of two states has, by host: "-" for a missing
// one, "+" for a new one.
func Differences(want, got map[string]string) (lines []string) {
	for host, text := range want {
		a, b := strings.Split(strings.TrimSpace(text), "\n"), strings.Split(strings.TrimSpace(got[host]), "\n")
		for _, l := range a {
			if !slices.Contains(b, l) {
				lines = append(lines, host+": -"+l)
			}
		}
		for _, l := range b {
			if !slices.Contains(a, l) {
				lines = append(lines, host+": +"+l)
			}
		}
	}
	slices.Sort(lines)
	return lines
}

var generation = regexp.MustCompile(`return 200 "([0-9a-f]{16})\\n"`)

// Generations are, by host, the digest of the site in nginx's configuration.
func (f *Fleet) Generations(ctx context.Context) (map[string]string, error) {
	return f.each(func(m *lab.Machine) (string, error) {
		text, err := m.Exec(ctx, "cat /etc/nginx/conf.d/odooctl.conf")
		if err != nil {
			return "", err
		}
		found := generation.FindStringSubmatch(text)
		if found == nil {
			return "", fmt.Errorf("no generation in nginx's configuration:\n%s", text)
		}
		return found[1], nil
	})
}
