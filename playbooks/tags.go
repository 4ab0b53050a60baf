package playbooks

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"odooctl/inventory/nearest"
	"odooctl/tasks"
)

// tags lists the names that select a task of a play: its own (odoo.conf), that of its
// system (odoo), and those of the play.
func (p *Play) tags(t tasks.NamedTask) []string {
	system, _, _ := strings.Cut(t.Name, ".")
	return append([]string{t.Name, system}, p.Tags...)
}

// Tags lists what selects tasks of the playbook, sorted.
func (b *Playbook) Tags() []string {
	known := map[string]bool{}
	for _, p := range b.Plays {
		for _, t := range p.Tasks {
			for _, tag := range p.tags(t) {
				known[tag] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(known))
}

// tagged returns the function that selects the tasks of a play by comma-separated tags;
// "" = all. A tag that no task has is an error.
func (b *Playbook) tagged(tags string) (func(Play) []tasks.NamedTask, error) {
	if tags == "" {
		return func(p Play) []tasks.NamedTask { return p.Tasks }, nil
	}
	known, wanted := b.Tags(), strings.Split(tags, ",")
	for i, tag := range wanted {
		wanted[i] = strings.TrimSpace(tag)
		if !slices.Contains(known, wanted[i]) {
			return nil, fmt.Errorf("no task of playbook %s has the tag %q%s; there are %s", b.Name, wanted[i],
				nearest.Hint(wanted[i], known), strings.Join(known, ", "))
		}
	}
	return func(p Play) (list []tasks.NamedTask) {
		for _, t := range p.Tasks {
			if slices.ContainsFunc(p.tags(t), func(tag string) bool { return slices.Contains(wanted, tag) }) {
				list = append(list, t)
			}
		}
		return list
	}, nil
}

// words reads a list of names.
func (p *parser) words(n *yaml.Node, what string) (list []string) {
	if n.Kind != yaml.SequenceNode {
		p.errorf(n, "%s is a list", what)
		return nil
	}
	for _, v := range n.Content {
		if v.Kind != yaml.ScalarNode || v.Value == "" || strings.Contains(v.Value, ",") {
			p.errorf(v, "%s: want names without a comma", what)
			continue
		}
		list = append(list, v.Value)
	}
	return list
}
