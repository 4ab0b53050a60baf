package inventory

import (
	"fmt"

	"gopkg.in/yaml.v3"
)

// pair is a key of a mapping and its value, aliases resolved and merge keys applied.
type pair struct {
	name       string
	key, value *yaml.Node
}

// maxMergeDepth bounds merges of merges. It also ends a mapping that merges itself.
const maxMergeDepth = 16

// pairs returns the entries of a mapping: its own in the order of the file, then those
// that << merges into it. Its own key wins over a merged one, an earlier merge over a
// later one (YAML 1.1, type "merge"). A key that the mapping gives twice is an error.
func (d *decoder) pairs(n *yaml.Node) []pair { return d.pairsAt(n, 0) }

func (d *decoder) pairsAt(n *yaml.Node, depth int) []pair {
	n = resolve(n)
	if depth > maxMergeDepth {
		d.errorf(n, "merge keys (<<) are nested too deeply, or merge themselves")
		return nil
	}
	var list []pair
	var merges []*yaml.Node
	seen := make(map[string]*yaml.Node, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := resolve(n.Content[i]), resolve(n.Content[i+1])
		if !d.spend(n.Content[i]) {
			return list
		}
		if key.ShortTag() == "!!merge" {
			merges = append(merges, mergeSources(value)...)
			continue
		}
		var name string
		if !d.keyText(key, &name) {
			continue
		}
		if first := seen[name]; first != nil {
			d.errorf(n.Content[i], "duplicate key %s: %s has it already", name, d.nearby(first, n.Content[i]))
			continue
		}
		seen[name] = n.Content[i]
		list = append(list, pair{name, n.Content[i], value})
	}
	for _, source := range merges {
		if resolve(source).Kind != yaml.MappingNode {
			d.errorf(source, "<< merges %s: want a mapping or a list of mappings", kindName(source))
			continue
		}
		for _, p := range d.pairsAt(source, depth+1) {
			if seen[p.name] == nil {
				seen[p.name] = p.key
				list = append(list, p)
			}
		}
	}
	return list
}

// nearby says where a node is, as seen from another: its line, or its file too.
func (d *decoder) nearby(n, from *yaml.Node) string {
	at := d.pos(n)
	if at.File != d.pos(from).File {
		return at.String()
	}
	return fmt.Sprintf("line %d", at.Line)
}

func mergeSources(n *yaml.Node) []*yaml.Node {
	if n.Kind == yaml.SequenceNode {
		return n.Content
	}
	return []*yaml.Node{n}
}

func (d *decoder) keyText(key *yaml.Node, name *string) bool {
	if key.Kind != yaml.ScalarNode {
		return d.errorf(key, "a key is %s: want text", kindName(key))
	}
	return d.text(key, name)
}

func (d *decoder) isMapping(n *yaml.Node) bool {
	if n.Kind == yaml.MappingNode {
		return true
	}
	return d.errorf(n, "%s is %s: want a mapping, one key: value per line", d.key(), kindName(n))
}

// spend counts a visited value. When the budget is used up, it records one error, and
// decoding ends.
func (d *decoder) spend(n *yaml.Node) bool { return d.spendAt(d.pos(n)) }

func (d *decoder) spendAt(at Pos) bool {
	d.budget--
	if d.budget == 0 {
		d.errs.add(at, "the inventory expands to more than %d values beside those that are written: aliases or "+
			"ranges multiply", maxExpanded)
	}
	return d.budget > 0
}

// resolve returns the node that an alias stands for.
func resolve(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

func kindName(n *yaml.Node) string {
	n = resolve(n)
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	switch n.ShortTag() {
	case "!!null":
		return "empty"
	case "!!int", "!!float":
		return "the number " + n.Value
	case "!!bool":
		return n.Value
	}
	return "text"
}
