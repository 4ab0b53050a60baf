//go:build lab

package hba

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"odooctl/tasks/tasktest/postgres"
)

var (
	oracleFiles = flag.Int("hba.files", 400, "generated files per version that the server's view is asked about")
	oracleSeed  = flag.Uint64("hba.seed", 1, "seed of the generators")
)

// TestOracle compares how the lab's servers read a file, and how they treat
// connections.
func TestOracle(t *testing.T) {
	postgres.Each(t, os.Getenv("ODOOCTL_LAB_STATE"), func(t *testing.T, s *postgres.Server) {
		views(t, s)
		connections(t, s)
	})
}

// views compares every row of the view pg_hba_file_rules: of files written for corner
// cases, and of generated ones with all that they name.
func views(t *testing.T, s *postgres.Server) {
	t.Helper()
	if s.Major >= 18 { // without the library every oauth record is an error
		s.Set("oauth_validator_libraries", "v")
	}
	count := 0
	for _, text := range oracleTexts() {
		count += compare(t, s, fstest.MapFS{"pg_hba.conf": {Data: []byte(text)}})
	}
	g := generator{Rand: rand.New(rand.NewPCG(*oracleSeed, uint64(s.Major))), major: s.Major,
		dir: s.Inside(filepath.Dir(s.HBA))}
	for range *oracleFiles {
		count += compare(t, s, g.files())
	}
	t.Logf("PostgreSQL %d: %d generated files, %d rows", s.Major, *oracleFiles, count)
}

// compare writes the files into the cluster's folder, and removes them afterwards.
func compare(t *testing.T, s *postgres.Server, files fstest.MapFS) int {
	t.Helper()
	seen, dir := fstest.MapFS{}, filepath.Dir(s.HBA)
	for name, f := range files {
		seen[rooted(s.Inside(filepath.Join(dir, name)))] = f
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if f.Mode.IsDir() {
			if err := os.MkdirAll(file, 0o755); err != nil {
				t.Fatal(err)
			}
		} else if err := os.WriteFile(file, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
		if name != "pg_hba.conf" {
			defer os.RemoveAll(filepath.Join(dir, strings.Split(name, "/")[0]))
		}
	}
	file, err := Load(seen, s.Inside(s.HBA), s.Major)
	if err != nil {
		t.Fatal(err)
	}
	ours, theirs := objects(t, file.Rows(true)), []map[string]any{}
	answer := s.Query("select coalesce(json_agg(r), '[]') from pg_hba_file_rules r")
	if err := json.Unmarshal([]byte(answer), &theirs); err != nil {
		t.Fatal(err)
	}
	for i := range max(len(ours), len(theirs)) {
		var want, got map[string]any
		if i < len(theirs) {
			want = theirs[i]
		}
		if i < len(ours) {
			got = ours[i]
		}
		if shown(want) != shown(got) {
			t.Errorf("row %d\nserver %s\n  ours %s\n%s",
				i+1, shown(want), shown(got), passage(files, s.Inside(dir), either(want, got)))
			break
		}
	}
	return len(theirs)
}

func either(a, b map[string]any) map[string]any {
	if a != nil {
		return a
	}
	return b
}

// objects are rows as in the server's JSON.
func objects(t *testing.T, rows []Row) (list []map[string]any) {
	text, err := json.Marshal(rows)
	if err == nil {
		err = json.Unmarshal(text, &list)
	}
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// shown is an object in one line, without what is NULL.
func shown(row map[string]any) string {
	for name, value := range row {
		if value == nil {
			delete(row, name)
		}
	}
	text, err := json.Marshal(row)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// passage is the line of a row, with those around it.
func passage(files fstest.MapFS, dir string, row map[string]any) string {
	name := "pg_hba.conf"
	if file, ok := row["file_name"].(string); ok {
		name = strings.TrimPrefix(file, dir+"/")
	}
	number, _ := row["line_number"].(float64)
	lines := strings.SplitAfter(string(files[name].Data), "\n")
	first, last := max(0, int(number)-2), min(len(lines), int(number)+2)
	return fmt.Sprintf("%s: %.600q", name, lines[min(first, last):last])
}
