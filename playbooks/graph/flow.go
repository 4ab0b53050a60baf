package graph

import (
	"fmt"
	"strings"

	"odooctl/inventory"
)

// Mermaid writes the graph as Mermaid's flowchart, which GitHub and GitLab draw in Markdown.
func (g *Graph) Mermaid() string {
	var b strings.Builder
	names := g.flow(&b, flow{head: "flowchart LR\n", open: "  subgraph d%d[\"%s\"]\n", close: "  end\n",
		node: func(name string, n Node) string {
			shape := map[string][2]string{Browser: {"([", "])"}, inventory.RolePostgreSQL: {"[(", ")]"}}[n.Role]
			if shape[0] == "" {
				shape = [2]string{"[", "]"}
			}
			return fmt.Sprintf("%s%s\"%s\"%s\n", name, shape[0], mermaidText(n.lines()), shape[1])
		}})
	for _, l := range g.Links {
		fmt.Fprintf(&b, "  %s -->|\"%s\"| %s\n", names[l.From], mermaidText(l.Text), names[l.To])
	}
	return b.String()
}

// mermaidCodes are what Mermaid writes for letters that mean something to it.
var mermaidCodes = strings.NewReplacer("#", "#35;", `"`, "#quot;", "<", "#lt;", ">", "#gt;", "&", "#amp;", "`", "#96;")

func mermaidText(lines []string) string {
	codes := make([]string, len(lines))
	for i, l := range lines {
		codes[i] = mermaidCodes.Replace(l)
	}
	return strings.Join(codes, "<br/>")
}

// Dot writes the graph in Graphviz' language.
func (g *Graph) Dot() string {
	var b strings.Builder
	names := g.flow(&b, flow{head: "digraph odooctl {\n  rankdir=LR;\n  node [shape=box];\n", close: "  }\n",
		open: "  subgraph cluster_%d {\n    label=\"%s\";\n",
		node: func(name string, n Node) string { return fmt.Sprintf("%s [label=\"%s\"];\n", name, dotText(n.lines())) }})
	for _, l := range g.Links {
		fmt.Fprintf(&b, "  %s -> %s [label=\"%s\"];\n", names[l.From], names[l.To], dotText(l.Text))
	}
	return b.String() + "}\n"
}

var dotCodes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

func dotText(lines []string) (text string) {
	for _, l := range lines {
		text += dotCodes.Replace(l) + `\l` // aligned left
	}
	return text
}

// lines are a node's title and its text.
func (n Node) lines() []string { return append([]string{n.Title()}, n.Text...) }

// flow is how a language of diagrams writes nodes, and those of one deployment together.
type flow struct {
	head, open, close string
	node              func(name string, n Node) string
}

// flow writes the nodes, and returns their names in the diagram by ID. What several deployments
// use stands beside them.
func (g *Graph) flow(b *strings.Builder, f flow) (names map[string]string) {
	names = map[string]string{}
	b.WriteString(f.head)
	for i, n := range g.Nodes {
		names[n.ID] = fmt.Sprintf("n%d", i)
		if len(n.Deployments) != 1 {
			b.WriteString("  " + f.node(names[n.ID], n))
		}
	}
	for i, d := range g.Deployments {
		fmt.Fprintf(b, f.open, i, d)
		for _, layer := range g.of(d) {
			for _, n := range layer {
				if len(n.Deployments) == 1 {
					b.WriteString("    " + f.node(names[n.ID], n))
				}
			}
		}
		b.WriteString(f.close)
	}
	return names
}
