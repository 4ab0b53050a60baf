package docs_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"odooctl/playbooks"
)

// knownKeys finds the keys in the message about one that is not known.
var knownKeys = regexp.MustCompile(`unknown key unheard_of in (a play|rolling); there are ([a-z0-9_, ]+)`)

// TestPlaybookKeys compares the tables of playbooks.md with the keys that the
// parser knows.
func TestPlaybookKeys(t *testing.T) {
	tables := keyTables(t, "playbooks.md")
	for heading, book := range map[string]string{
		"A play":  "- {unheard_of: 1}",
		"Rolling": "- {rolling: {unheard_of: 1}}",
	} {
		_, err := playbooks.Parse("p.yaml", []byte(book), nil)
		m := knownKeys.FindStringSubmatch(err.Error())
		if m == nil {
			t.Fatalf("%s: %v", book, err)
		}
		want := strings.Split(m[2], ", ")
		if got := slices.Sorted(slices.Values(tables[heading])); !slices.Equal(got, want) {
			t.Errorf("%s: the table has %v, the parser %v", heading, got, want)
		}
	}
}
