package report

import (
	"cmp"
	"fmt"
	"slices"

	"odooctl/inventory"
)

// ValidateDocument is what validate found in inventories and playbooks.
type ValidateDocument struct {
	Version  int         `json:"version" jsonschema:"enum=1"`
	Files    []FileOf    `json:"files"` // in the order in which they were given
	Findings []FindingOf `json:"findings"`
	Errors   int         `json:"errors"`
	Warnings int         `json:"warnings"`
}

// FileOf is a file that was checked.
type FileOf struct {
	File        string `json:"file"`
	Playbook    bool   `json:"playbook"`    // else it is an inventory
	Hosts       int    `json:"hosts"`       // of an inventory
	Deployments int    `json:"deployments"` // of an inventory
	Plays       int    `json:"plays"`       // of a playbook
}

// FindingOf is one thing that is wrong with a file, or unwise.
type FindingOf struct {
	File     string `json:"file"`
	Line     int    `json:"line"`   // from 1; 0: the file as a whole
	Column   int    `json:"column"` // in characters, from 1; 0: the line as a whole
	Severity string `json:"severity" jsonschema:"enum=error,enum=warning"`
	Message  string `json:"message"`
}

// String is the finding as editors and CI take it: inventory.yaml:31:11: error: host db9 is
// not defined.
func (f FindingOf) String() string {
	at := inventory.Pos{File: f.File, Line: f.Line, Col: f.Column}
	return fmt.Sprintf("%s: %s: %s", at, f.Severity, f.Message)
}

// Add adds a file and what was found in it, by line and column; the same finding once.
func (d *ValidateDocument) Add(file FileOf, errs, warnings []inventory.Error) {
	d.Version = documentVersion
	var list []FindingOf
	for severity, found := range map[string][]inventory.Error{"error": errs, "warning": warnings} {
		for _, e := range found {
			list = append(list, FindingOf{cmp.Or(e.Pos.File, file.File), e.Pos.Line, e.Pos.Col, severity, e.Msg})
		}
	}
	slices.SortStableFunc(list, func(a, b FindingOf) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Severity, b.Severity),
			cmp.Compare(a.Message, b.Message))
	})
	for _, f := range slices.Compact(list) {
		if f.Severity == "error" {
			d.Errors++
		} else {
			d.Warnings++
		}
		d.Findings = append(d.Findings, f)
	}
	d.Files = append(d.Files, file)
}
