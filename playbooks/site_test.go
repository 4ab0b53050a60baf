package playbooks

import (
	"testing"

	"odooctl/tasks/tasktest"
)

func TestSite(t *testing.T) {
	book, err := Embedded("site")
	if err != nil {
		t.Fatal(err)
	}
	tasktest.Run(t, "testdata/site_*.txtar", book.stages)
}
