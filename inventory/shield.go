package inventory

import (
	"bytes"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// In a flow list such as [app[1:20]] YAML takes the bracket of a range for a list in a list, and fails. A bracket that follows a letter there
// has no other meaning, so ranges are hidden from the YAML parser behind two private characters. One character stands for one, which
// keeps the columns of messages right.
const (
	shieldOpen  = '\ue0f0'
	shieldClose = '\ue0f1'
)

var (
	rangesInName = regexp.MustCompile(`[A-Za-z0-9._-](\[[0-9]+:[0-9]+\])+`)
	shield       = strings.NewReplacer("[", string(shieldOpen), "]", string(shieldClose))
	unshield     = strings.NewReplacer(string(shieldOpen), "[", string(shieldClose), "]")
)

func shieldRanges(data []byte) []byte {
	if !bytes.Contains(data, []byte{'['}) {
		return data
	}
	return rangesInName.ReplaceAllFunc(data, func(name []byte) []byte { return []byte(shield.Replace(string(name))) })
}

// unshieldRanges restores the brackets in the values below n. It does not follow aliases: what they stand for is in the tree itself.
func unshieldRanges(n *yaml.Node) {
	n.Value = unshield.Replace(n.Value)
	for _, child := range n.Content {
		unshieldRanges(child)
	}
}
