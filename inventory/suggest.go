package inventory

import (
	"fmt"
	"slices"
	"strings"
)

// suggest returns " (did you mean db1?)" for the candidate nearest to name, or "" if none is near.
func suggest(name string, candidates []string) string {
	best, nearest := "", 1+max(1, len(name)/3)
	for _, c := range candidates {
		if abs(len(c)-len(name)) >= nearest {
			continue
		}
		if n := distance(strings.ToLower(name), strings.ToLower(c)); n < nearest {
			best, nearest = c, n
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %s?)", best)
}

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

func abs(n int) int { return max(n, -n) }

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
