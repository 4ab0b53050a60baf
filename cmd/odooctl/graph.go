package main

import (
	"strings"

	"github.com/spf13/cobra"

	"odooctl/inventory"
	"odooctl/playbooks/graph"
	"odooctl/playbooks/report"
)

// The forms that only a graph has.
const (
	mermaid = "mermaid"
	dot     = "dot"
	svg     = "svg"
)

func newGraph(u *ui) *cobra.Command {
	var form output
	c := &cobra.Command{
		Use:   "graph [INVENTORY] [DEPLOYMENT]",
		Short: "Draw the way of a request: browser, nginx, Odoo, PostgreSQL; touches no host",
		Long: `Draw the way of a request, from the browser over nginx and Odoo to PostgreSQL, of one
deployment or of all: hosts, ports, tunnels, TLS, and who is let in. It is what the
inventory says; no host is touched, and what runs there status tells.

mermaid is for Markdown, as GitHub and GitLab draw it; dot for Graphviz; svg is a picture
that needs no other program, light or dark as the reader's browser is.

Exit status: 0 drawn, 1 usage or inventory.`,
		Example: `odooctl graph mycompany
odooctl graph -o svg > fleet.svg # for documents, and for the customer`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			return u.graph(args[0], strings.Join(args[1:], ""), form)
		},
	}
	form.flags(c, mermaid, dot, svg)
	return c
}

// graph draws a deployment of an inventory, or with none named all of them.
func (u *ui) graph(file, name string, form output) error {
	inv, err := u.load(file)
	if err != nil {
		return err
	}
	deployments := inv.Deployments
	if name != "" {
		d, err := inv.FindDeployment(name)
		if err != nil {
			return err
		}
		deployments = []*inventory.Deployment{d}
	}
	g := graph.New(deployments)
	switch form {
	case "json":
		return u.printJSON(report.NewGraphDocument(g))
	case mermaid:
		u.printf("%s", g.Mermaid())
	case dot:
		u.printf("%s", g.Dot())
	case svg:
		u.printf("%s", g.SVG())
	default:
		u.printf("%s", g.Text(u.width()))
	}
	return nil
}
