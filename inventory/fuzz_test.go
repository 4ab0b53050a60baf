package inventory

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range files {
		if strings.Contains(file, "bomb") {
			continue // too slow as a seed of many mutations
		}
		ar, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(ar.Files[0].Data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		inv, err := Parse("f", data, Options{Home: "/home/me"})
		if (inv == nil) == (err == nil) {
			t.Fatalf("Parse gave %v and %v", inv, err)
		}
		if err != nil {
			for _, e := range err.(Errors) {
				if e.Msg == "" || e.Pos.File == "" {
					t.Errorf("a finding without text or place: %#v", e)
				}
			}
			return
		}
		for _, h := range inv.Hosts {
			if checkName(h.Name) != nil || inv.Host(h.Name) != h || strings.ContainsAny(h.Address, " \n;'\"") {
				t.Errorf("host %q at %q was accepted", h.Name, h.Address)
			}
			if again, err := inv.Match(h.Name); err != nil || len(again) != 1 || again[0] != h {
				t.Errorf("Match(%q) = %v, %v", h.Name, names(again), err)
			}
		}
		for _, dep := range inv.Deployments {
			if len(dep.Hosts()) == 0 {
				t.Errorf("deployment %s has no host", dep.Name)
			}
		}
	})
}

func FuzzMatch(f *testing.F) {
	for _, seed := range []string{"odoo:!app2", "web[1:2]", "a:&b", "*", "!eu", "all,&us:!db?", "[:]!&*"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, pattern string) {
		inv := mustParse(t, fleet, Options{})
		hosts, err := inv.Match(pattern)
		if err != nil && hosts != nil {
			t.Fatalf("Match(%q) gave hosts and %v", pattern, err)
		}
		for i := 1; i < len(hosts); i++ {
			if hosts[i-1].index >= hosts[i].index {
				t.Fatalf("Match(%q) = %s: not in order", pattern, names(hosts))
			}
		}
	})
}

func FuzzExpand(f *testing.F) {
	for _, seed := range []string{"a[1:3]", "a[08:10]b[0:1]", "[1:2", "a[1:99999999999999999999]"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, pattern string) {
		list, err := expand(pattern)
		if (err == nil) != (len(list) > 0) || len(list) > maxRange {
			t.Fatalf("expand(%q) gave %d names and %v", pattern, len(list), err)
		}
		seen := map[string]bool{}
		for _, name := range list {
			if strings.ContainsAny(name, "[]") {
				t.Fatalf("expand(%q) left a bracket in %q", pattern, name)
			}
			seen[name] = true
		}
		if strings.Count(pattern, "[") == 1 && len(seen) != len(list) {
			t.Fatalf("expand(%q) gave a name twice", pattern)
		}
	})
}
