package nginx

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Mark is how far the access log of a deployment was read on one host.
type Mark struct {
	Deployment string
	Inode      int64 // 0: there is no log
	Offset     int64 // bytes
}

// Count is how many requests nginx answered, and how many of them with 5xx.
type Count struct{ Requests, Errors int }

// Plus adds the count of another nginx.
func (c Count) Plus(o Count) Count { return Count{c.Requests + o.Requests, c.Errors + o.Errors} }

// Rate is the percentage of requests that failed; 0 if there were none.
func (c Count) Rate() float64 {
	if c.Requests == 0 {
		return 0
	}
	return 100 * float64(c.Errors) / float64(c.Requests)
}

//go:embed traffic.sh
var traffic string

// AccessLog is where nginx notes what it answered for a deployment, in its format
// combined.
func AccessLog(deployment string) string { return "/var/log/nginx/" + deployment + ".access.log" }

func errorLog(deployment string) string { return "/var/log/nginx/" + deployment + ".error.log" }

// Recent returns a program that counts the requests that the host's nginx answered for
// some deployments within the given time until now, by the times in its logs. root is
// the prefix of the host's files, "" except in tests.
func Recent(root string, deployments []string, within time.Duration) string {
	script := traffic
	for _, d := range deployments {
		script += fmt.Sprintf("recent %s '%s%s' %d\n", d, root, AccessLog(d), int(within.Seconds()))
	}
	return script
}

// Since returns a program that counts the requests since the marks, also if the logs
// were rotated meanwhile.
func Since(root string, marks []Mark) string {
	script := traffic
	for _, m := range marks {
		script += fmt.Sprintf("since %s '%s%s' %d %d\n", m.Deployment, root, AccessLog(m.Deployment), m.Inode, m.Offset)
	}
	return script
}

// ParseTraffic parses the output of these programs: the new marks, and the counts in
// the same order.
func ParseTraffic(text string) (marks []Mark, counts []Count, err error) {
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) != 5 {
			return nil, nil, fmt.Errorf("read the access log: %q", line)
		}
		var n [4]int64
		for i, word := range f[1:] {
			if n[i], err = strconv.ParseInt(word, 10, 64); err != nil || n[i] < 0 {
				return nil, nil, fmt.Errorf("read the access log: %q", line)
			}
		}
		marks = append(marks, Mark{f[0], n[0], n[1]})
		counts = append(counts, Count{int(n[2]), int(n[3])})
	}
	return marks, counts, nil
}
