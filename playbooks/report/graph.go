package report

import "odooctl/playbooks/graph"

// GraphDocument is what requests pass from the browser to PostgreSQL, as an inventory has it.
type GraphDocument struct {
	Version int `json:"version" jsonschema:"enum=1"`
	*graph.Graph
}

// NewGraphDocument returns the document of a graph.
func NewGraphDocument(g *graph.Graph) *GraphDocument { return &GraphDocument{documentVersion, g} }
