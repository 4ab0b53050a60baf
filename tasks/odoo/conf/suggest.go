package conf

import (
	"fmt"
	"strings"
)

// didYouMean returns ", did you mean X?" for the candidate nearest to a word, or "" if
// none is near.
func didYouMean(word string, candidates []string) string {
	if best := nearest(word, candidates); best != "" {
		return " (did you mean " + best + "?)"
	}
	return ""
}

// meant is didYouMean for an option; it adds the name that the major uses.
func meant(word string, major int) string {
	best := nearest(word, names())
	o, ok := Lookup(best)
	switch {
	case !ok:
		return ""
	case !o.In(major) || o.NameIn(major) == best:
		return " (did you mean " + best + "?)"
	}
	since, until := 0, 0
	for _, e := range o.Earlier {
		if e.Until < major {
			since = e.Until + 1
		} else if until == 0 {
			until = e.Until
		}
	}
	if until > 0 {
		return fmt.Sprintf(" (did you mean %s, which is %s up to %d?)", best, o.NameIn(major), until)
	}
	return fmt.Sprintf(" (did you mean %s, which is %s from %d on?)", best, o.NameIn(major), since)
}

// nearest returns the candidate nearest to a word; "" if none is near.
func nearest(word string, candidates []string) string {
	word = strings.ReplaceAll(strings.ToLower(word), "-", "_")
	best, distance := "", 1+len(word)/3
	for _, c := range candidates {
		if d := edits(word, c); d < distance || d == 0 {
			best, distance = c, d
		}
	}
	return best
}

// edits is the Levenshtein distance of two ASCII words.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
