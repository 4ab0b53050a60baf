package hosts

import (
	"bufio"
	"context"
	_ "embed"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"odooctl/lab"
)

//go:embed state.sh
var stateScript string

// State is what a run has made of each host, one fact per line.
func (f *Fleet) State(ctx context.Context) (map[string]string, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	return f.each(func(m *lab.Machine) (string, error) { return m.Exec(ctx, stateScript) })
}

// Differences are the facts that only one of two states has, by host: "-" for one
// that is missing, "+" for one that came.
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

// Generations are, by host, the digest of the site that odooctl put into nginx's
// configuration.
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

// Settle waits until the machine has less to do than the given part of its time,
// and no longer than patience. It returns the part at the end: 1 is all processors.
func Settle(ctx context.Context, most float64, patience time.Duration) (busy float64, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		began, err := spent()
		if err != nil {
			return 0, err
		}
		select {
		case <-ctx.Done():
		case <-time.After(500 * time.Millisecond):
		}
		ended, err := spent()
		if err != nil {
			return 0, err
		}
		if all := ended[1] - began[1]; all > 0 {
			busy = float64(ended[0]-began[0]) / float64(all)
		}
		if busy < most || ctx.Err() != nil {
			return busy, nil
		}
	}
}

// spent is what the processors did since the machine started: busy, and in all, in
// ticks. proc(5): user nice system idle iowait irq softirq steal.
func spent() (ticks [2]int64, err error) {
	file, err := os.Open("/proc/stat")
	if err != nil {
		return ticks, err
	}
	defer file.Close()
	line, err := bufio.NewReader(file).ReadString('\n')
	if err != nil {
		return ticks, err
	}
	fields := strings.Fields(line)
	if len(fields) < 9 {
		return ticks, fmt.Errorf("/proc/stat begins with %q", line)
	}
	for i, word := range fields[1:9] {
		n, err := strconv.ParseInt(word, 10, 64)
		if err != nil {
			return ticks, err
		}
		ticks[1] += n
		if i != 3 && i != 4 {
			ticks[0] += n
		}
	}
	return ticks, nil
}
