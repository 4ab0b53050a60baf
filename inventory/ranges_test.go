package inventory

import (
	"slices"
	"strings"
	"testing"
)

// TestRanges: names become a pattern that stands for the same names.
func TestRanges(t *testing.T) {
	for want, names := range map[string]string{
		"app[1:3]":                      "app1 app2 app3",
		"app[1:3], db1":                 "app1 db1 app2 app3",
		"app1, app2":                    "app1 app2",
		"web[08:11]":                    "web10 web11 web08 web09",
		"h[8:12]":                       "h8 h9 h10 h11 h12",
		"h1, h2, h01":                   "h01 h1 h2", // 01 and 1 are two names
		"h0, h00":                       "h0 h00",
		"r1n[1:3].eu, r2n1.eu, r2n2.eu": "r1n1.eu r1n2.eu r1n3.eu r2n1.eu r2n2.eu",
		"db, app":                       "db app",
		"a12345678901, a12345678902":    "a12345678901 a12345678902",
	} {
		list := strings.Fields(names)
		got := Ranges(list)
		if got != want {
			t.Errorf("Ranges(%s) = %s, want %s", names, got, want)
		}
		var back []string
		for _, term := range strings.Split(got, ", ") {
			more, err := expand(term)
			if err != nil {
				t.Fatal(err)
			}
			back = append(back, more...)
		}
		slices.Sort(back)
		slices.Sort(list)
		if !slices.Equal(back, list) {
			t.Errorf("Ranges(%s) stands for %v", names, back)
		}
	}
}
