// Package nearest finds the name that somebody meant who mistyped it.
package nearest

import "strings"

// Hint returns " (did you mean db1?)" for the candidate nearest to a word, or "" if none is
// near.
func Hint(word string, candidates []string) string {
	best := Word(word, candidates)
	if best == "" {
		return ""
	}
	return " (did you mean " + best + "?)"
}

// Word returns the candidate nearest to a word, the first of several; "" if none is near. A
// third of the letters may be wrong, and one always. Case does not count, nor whether - or _
// is between words. If none is so near, it is the first that begins with the word, from three
// letters on.
func Word(word string, candidates []string) string {
	typed, best, beginning := folded(word), "", ""
	limit := 1 + max(1, len(typed)/3)
	for _, c := range candidates {
		name := folded(c)
		if beginning == "" && len(typed) > 2 && strings.HasPrefix(name, typed) {
			beginning = c
		}
		if off := len(name) - len(typed); max(off, -off) >= limit {
			continue
		}
		if n := distance(typed, name); n < limit {
			best, limit = c, n
		}
	}
	if best == "" {
		return beginning
	}
	return best
}

func folded(name string) string { return strings.ReplaceAll(strings.ToLower(name), "-", "_") }

// distance counts the letters to insert, delete, change or swap with their neighbour: the
// optimal string alignment distance.
func distance(a, b string) int {
	before, row, next := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		next[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next[j+1] = min(next[j]+1, row[j+1]+1, row[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row, next = row, next, before
	}
	return row[len(b)]
}
