package hba

import (
	"math/rand/v2"
	"net/netip"
	"testing"
)

// TestGenerated: what is true of every file is true of generated ones, which are
// compared with the lab's servers too.
func TestGenerated(t *testing.T) {
	rule := Rule{Type: "host", Databases: []string{"mycompany", "postgres"}, Users: []string{"odoo"},
		Address: netip.MustParsePrefix("10.0.0.0/8"), Method: "md5"}
	for _, major := range []int{9, 10, 12, 13, 14, 15, 16, 17, 18} {
		g := generator{Rand: rand.New(rand.NewPCG(1, uint64(major))), major: major, dir: "/d"}
		good := 0
		for range 100 {
			files := g.files()
			checkEdit(t, string(files["pg_hba.conf"].Data), major, []Rule{rule})
			for name, f := range files {
				files["d/"+name] = f
			}
			file, err := Load(files, "/d/pg_hba.conf", major)
			if err != nil {
				t.Fatal(err)
			}
			number := 0
			for i, row := range file.Rows(true) {
				if r := file.Records[i]; (row.Error != nil) != (r.Error != "" && !r.silent) ||
					(row.Type == nil) != (r.Error != "") {
					t.Fatalf("row %+v of %+v", row, r)
				}
				if row.Type != nil {
					good++
				}
				if row.RuleNumber != nil {
					if number++; *row.RuleNumber != number {
						t.Fatalf("rule %d is number %d", number, *row.RuleNumber)
					}
				}
			}
			c := Conn{Address: netip.MustParseAddr("10.1.2.3"), Database: "postgres", User: "odoo"}
			if steps := file.Explain(c); file.Match(c) != nil && steps[len(steps)-1].Record != file.Match(c) {
				t.Fatalf("the last step is %+v", steps[len(steps)-1])
			}
		}
		if good < 100 {
			t.Errorf("PostgreSQL %d: %d good rows", major, good)
		}
	}
}
