package playbooks

import (
	"fmt"
	"strconv"
	"strings"
)

// CountOrPercent is a number of hosts, or a percentage of all of them. The zero value was
// not given.
type CountOrPercent struct {
	N       int
	Percent bool
}

// ParseCount reads "3" or "25%". It is at least 1, and at most 100%.
func ParseCount(text string) (CountOrPercent, error) {
	digits, percent := strings.CutSuffix(text, "%")
	n, err := strconv.Atoi(digits)
	switch {
	case err != nil || strings.HasPrefix(digits, "+"):
		return CountOrPercent{}, fmt.Errorf("%q is not a number of hosts: want one such as 3 or 25%%", text)
	case n < 1:
		return CountOrPercent{}, fmt.Errorf("%s: want at least 1", text)
	case percent && n > 100:
		return CountOrPercent{}, fmt.Errorf("%s: want at most 100%%", text)
	}
	return CountOrPercent{n, percent}, nil
}

func (p CountOrPercent) String() string {
	if p.Percent {
		return strconv.Itoa(p.N) + "%"
	}
	return strconv.Itoa(p.N)
}

// Of returns how many of all hosts it is: rounded up, so that 1% of ten
// is one, and never more than there are.
func (p CountOrPercent) Of(all int) int {
	n := p.N
	if p.Percent {
		n = (p.N*all + 99) / 100
	}
	return min(n, all)
}

// Cut divides a list of hosts into batches of these sizes in turn; the last size
// repeats. Without a size it is one batch.
func Cut(hosts []string, sizes []CountOrPercent) (list [][]string) {
	all, at := len(hosts), 0
	for len(hosts) > 0 {
		n := len(hosts)
		if len(sizes) > 0 {
			n = min(n, sizes[at].Of(all))
			at = min(at+1, len(sizes)-1)
		}
		list, hosts = append(list, hosts[:n]), hosts[n:]
	}
	return list
}

// parsePercent reads a share such as 1% or 0.5%.
func parsePercent(text string) (float64, error) {
	digits, ok := strings.CutSuffix(text, "%")
	n, err := strconv.ParseFloat(digits, 64)
	if !ok || err != nil || !(n >= 0 && n <= 100) || strings.Trim(digits, "0123456789.") != "" {
		return 0, fmt.Errorf("%q is not a percentage: want one such as 1%% or 0.5%%", text)
	}
	return n, nil
}
