//go:build lab

package conf

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"odooctl/tasks/tasktest/postgres"
)

// TestOracle compares with how the lab's servers read the lines (view
// pg_file_settings).
func TestOracle(t *testing.T) {
	postgres.Each(t, os.Getenv("ODOOCTL_LAB_STATE"), func(t *testing.T, s *postgres.Server) {
		for _, test := range lines {
			text := test.text + "\nx.last = 1"
			if err := os.WriteFile(filepath.Join(s.Data, "postgresql.conf"), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			var rows []struct {
				Line    int     `json:"sourceline"`
				Name    *string `json:"name"`
				Setting *string `json:"setting"`
				Error   *string `json:"error"`
			}
			answer := s.Query("select coalesce(json_agg(r order by seqno), '[]') from pg_file_settings r where sourcefile " +
				"like '%postgresql.conf'")
			if err := json.Unmarshal([]byte(answer), &rows); err != nil {
				t.Fatal(err)
			}
			var want []string
			for _, r := range rows {
				if r.Name != nil && r.Setting != nil {
					want = append(want, fmt.Sprintf("%d:%s=%s", r.Line, strings.ToLower(*r.Name), *r.Setting))
				} else if r.Error != nil {
					want = append(want, fmt.Sprintf("%d:%s", r.Line, *r.Error))
				}
			}
			file := Parse(text)
			var got []string
			for _, e := range file.Entries {
				got = append(got, fmt.Sprintf("%d:%s=%s", e.Line, e.Name, e.Value))
			}
			if len(file.Errors) > 0 { // in the view the server stops at the first one
				got = []string{fmt.Sprintf("%d:syntax error", file.Errors[0].Line)}
			}
			if strings.Join(got, "|") != strings.Join(want, "|") {
				t.Errorf("%q\nserver %q\n  ours %q", text, want, got)
			}
		}
	})
}
