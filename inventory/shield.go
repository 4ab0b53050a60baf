package inventory

import (
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// In a flow list such as [app[1:20]] YAML takes the bracket of a range for a list in a
// list, and fails. A bracket that follows a letter there has no other meaning, so ranges
// are hidden from the YAML parser behind two private characters. Each replaces one
// character, which keeps the columns of messages right.
const (
	shieldOpen  = '\ue0f0'
	shieldClose = '\ue0f1'
)

var (
	aRange   = regexp.MustCompile(`\[[0-9]+:[0-9]+\]`)
	shield   = strings.NewReplacer("[", string(shieldOpen), "]", string(shieldClose))
	unshield = strings.NewReplacer(string(shieldOpen), "[", string(shieldClose), "]")
)

// shieldRanges hides the ranges in a text; a text without any is returned as it is. It
// searches for the range alone, which begins with a bracket: the name before it could
// begin at every letter of the file.
func shieldRanges(data []byte) []byte {
	var text []byte
	done := 0
	for _, at := range aRange.FindAllIndex(data, -1) {
		if at[0] == 0 || at[0] != done && !inName(data[at[0]-1]) {
			continue
		}
		text = append(text, data[done:at[0]]...)
		text = append(text, shield.Replace(string(data[at[0]:at[1]]))...)
		done = at[1]
	}
	if done == 0 {
		return data
	}
	return append(text, data[done:]...)
}

func inName(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("._-", c) >= 0
}

// unshieldRanges restores the brackets in the values below n. It does not follow aliases:
// what they stand for is in the tree itself.
func unshieldRanges(n *yaml.Node) {
	n.Value = unshield.Replace(n.Value)
	for _, child := range n.Content {
		unshieldRanges(child)
	}
}
