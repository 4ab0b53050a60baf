package report

import (
	"strings"

	"odooctl/playbooks/journal"
)

// Suite is what validate found in JUnit's form: a file with an error is a failure.
func (d *ValidateDocument) Suite() *Suite {
	s := &Suite{Name: "odooctl validate"}
	for _, f := range d.Files {
		var found []string
		for _, e := range d.Findings {
			if e.File == f.File && e.Severity == "error" {
				found = append(found, e.String())
			}
		}
		message := ""
		if len(found) > 0 {
			message = found[0]
		}
		s.add(f.File, 0, journal.Failed, "error", message, strings.Join(found, "\n"))
	}
	return s
}
