package graph

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"odooctl/inventory"
)

// ranks is the order in which requests pass the roles.
var ranks = []string{Browser, inventory.RoleNginx, inventory.RoleOdoo, inventory.RolePostgreSQL}

// of returns the nodes that a deployment's requests pass, by rank: some ranks may have none.
func (g *Graph) of(deployment string) [][]Node {
	layers := make([][]Node, len(ranks))
	linked := slices.ContainsFunc(g.Links, func(l Link) bool { return l.Deployment == deployment && l.From == Browser })
	for _, n := range g.Nodes {
		if slices.Contains(n.Deployments, deployment) || n.Role == Browser && linked {
			i := slices.Index(ranks, n.Role)
			layers[i] = append(layers[i], n)
		}
	}
	return layers
}

// from returns the links of a deployment that leave a node.
func (g *Graph) from(deployment string, n Node) (list []Link) {
	for _, l := range g.Links {
		if l.Deployment == deployment && l.From == n.ID {
			list = append(list, l)
		}
	}
	return list
}

// Text draws the graph for a terminal of so many columns; 0: lines may be of any length.
func (g *Graph) Text(columns int) string {
	var b strings.Builder
	for i, d := range g.Deployments {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(d + "\n")
		for _, layer := range g.of(d) {
			g.layer(&b, d, layer, columns)
		}
	}
	return b.String()
}

// layer writes the nodes of one rank, and the links that leave it. What several in a row have in
// common is written once.
func (g *Graph) layer(b *strings.Builder, deployment string, nodes []Node, columns int) {
	for i, n := range nodes {
		line(b, "  ", "      ", n.Title(), columns)
		if i+1 < len(nodes) && slices.Equal(n.Text, nodes[i+1].Text) {
			continue
		}
		for _, text := range n.Text {
			line(b, "      ", "        ", text, columns)
		}
	}
	var said []string // of links
	alike := true
	for _, n := range nodes {
		for _, l := range g.from(deployment, n)[:min(1, len(g.from(deployment, n)))] {
			text := strings.Join(l.Text, "; ")
			alike = alike && (len(said) == 0 || said[0] == text)
			said = append(said, text)
		}
	}
	switch {
	case len(said) > 0 && alike:
		line(b, "    | ", "    |   ", said[0], columns)
	case len(said) > 0:
		for i, text := range said {
			line(b, "    | ", "    |   ", nodes[i].Host+": "+text, columns)
		}
	}
}

// line writes a line, which goes on below itself where it is too long.
func line(b *strings.Builder, first, rest, text string, columns int) {
	if room := columns - len(rest); room > 20 {
		text = strings.ReplaceAll(ansi.Wrap(text, room, ""), "\n", "\n"+rest)
	}
	b.WriteString(first + text + "\n")
}
