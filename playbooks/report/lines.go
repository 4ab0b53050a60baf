package report

import "odooctl/tasks/odoo"

// LinesDocument is why lines of files on hosts are what they are.
type LinesDocument struct {
	Version int      `json:"version" jsonschema:"enum=1"`
	Lines   []LineOf `json:"lines"` // host by host, in the order of the file
}

// LineOf is one option of a file, as the inventory wants it.
type LineOf struct {
	Host       string `json:"host"`
	Deployment string `json:"deployment"`
	File       string `json:"file"`
	Line       int    `json:"line"`
	Option     string `json:"option"`             // as this version calls it
	Value      string `json:"value"`              // *** for a secret
	Default    string `json:"default,omitempty"`  // the program's own; without: it has none, or it depends on the host
	Key        string `json:"key"`                // of the deployment in the inventory, that the value follows from
	Position   string `json:"position,omitempty"` // FILE:LINE:COLUMN of the key's value; without: the key is left out
	Why        string `json:"why,omitempty"`      // how the value follows; without: it is the key's own
}

// NewLinesDocument returns a document without lines.
func NewLinesDocument() *LinesDocument {
	return &LinesDocument{Version: documentVersion, Lines: []LineOf{}}
}

// Add adds a line of an Odoo's odoo.conf on a host.
func (d *LinesDocument) Add(host string, i odoo.Instance, e odoo.Explained) {
	d.Lines = append(d.Lines, LineOf{Host: host, Deployment: i.Name, File: i.Config, Line: e.Line, Option: e.Option,
		Value: e.Value, Default: e.Default, Key: e.Reason.Key, Position: e.Reason.Pos, Why: e.Reason.Text})
}
