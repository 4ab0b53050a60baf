package nginx

import (
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

// AccessLog is the access log of a deployment, in nginx's format combined.
func AccessLog(deployment string) string { return "/var/log/nginx/" + deployment + ".access.log" }

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

// traffic reads logs in the format combined, in which quotes from the client are
// escaped: the status is the first word after the request. For Recent it reads at most
// 20 MB.
const traffic = `export LC_ALL=C
count() {
	awk -v from="$1" '
	from != "" {
		i = index($0, "[")
		m = (index("JanFebMarAprMayJunJulAugSepOctNovDec", substr($0, i + 4, 3)) + 2) / 3
		if (substr($0, i + 8, 4) sprintf("%02d", m) substr($0, i + 1, 2) substr($0, i + 13, 2) substr($0, i + 16, 2) substr($0, i + 19, 2) < from) next
	}
	{
		split($0, part, "\"")
		split(part[3], word, " ")
		if (word[1] !~ /^[1-5][0-9][0-9]$/) next
		n++
		if (word[1] >= 500) bad++
	}
	END { print n + 0, bad + 0 }'
}
place() { stat -c '%i %s' "$1" 2>/dev/null || echo 0 0; }
recent() {
	at=$(place "$2") size=${at#* } from=$(date -d "@$(($(date +%s) - $3))" +%Y%m%d%H%M%S) || exit 1
	skip=$((size > 20000000 ? size - 20000000 : 0))
	if [ "$size" -gt 0 ]; then found=$(tail -c +$((skip + 1)) "$2" | head -c $((size - skip)) | count "$from"); else found="0 0"; fi
	echo "$1 $at $found"
}
since() {
	at=$(place "$2") old= start=$4
	if [ "${at% *}" != "$3" ] || [ "${at#* }" -lt "$4" ]; then
		start=0
		for f in "$2".*; do [ "$3" = 0 ] || [ "$(stat -c %i "$f" 2>/dev/null)" != "$3" ] || old=$f; done
	fi
	found=$({
		if [ -n "$old" ]; then case $old in *.gz) zcat "$old" ;; *) cat "$old" ;; esac | tail -c +$(($4 + 1)); fi
		if [ "${at#* }" -gt "$start" ]; then tail -c +$((start + 1)) "$2" | head -c $((${at#* } - start)); fi
	} | count "")
	echo "$1 $at $found"
}
`
