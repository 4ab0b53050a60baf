package inventory

import (
	"bytes"
	"errors"
	"io"

	"gopkg.in/yaml.v3"
)

const (
	maxProbedBytes = 256 << 10 // a file above it is reported with the library's own line
	maxProbes      = 60
	probedAhead    = 20 // lines that a value inside brackets may reasonably take
)

// brokenLine finds the line of a syntax error, or the first line of the bracketed value
// that the error is in: the one behind the longest beginning of the file that is good
// YAML. It gives 0 when it does not find out. The library tells the line of the enclosing
// block instead, which for a wrong indent is often line 1.
func brokenLine(data []byte) int {
	if len(data) > maxProbedBytes {
		return 0
	}
	text := shieldRanges(data)
	ends := lineEnds(text)
	probes := 0
	good := func(lines int) bool {
		probes++
		return lines == 0 || isYAML(text[:ends[lines-1]])
	}
	lo, hi := 0, len(ends)
	for probes < maxProbes {
		for hi-lo > 1 && probes < maxProbes {
			if mid := (lo + hi) / 2; good(mid) {
				lo = mid
			} else {
				hi = mid
			}
		}
		next := lo + 2
		for next <= min(lo+probedAhead, len(ends)) && !good(next) {
			next++
		}
		if next > min(lo+probedAhead, len(ends)) {
			return lo + 1
		}
		lo, hi = next, len(ends)
	}
	return 0
}

// lineEnds returns the offset behind each line.
func lineEnds(text []byte) []int {
	var ends []int
	for i, c := range text {
		if c == '\n' {
			ends = append(ends, i+1)
		}
	}
	if len(text) > 0 && text[len(text)-1] != '\n' {
		ends = append(ends, len(text))
	}
	return ends
}

func isYAML(text []byte) bool {
	dec := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var doc yaml.Node
		if err := decodeNode(dec, &doc); err != nil {
			return errors.Is(err, io.EOF)
		}
	}
}
