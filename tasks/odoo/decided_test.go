package odoo

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"odooctl/inventory"
)

var next = regexp.MustCompile(`(?m)^  \S`) // change of a plan

var derived = regexp.MustCompile(`(?m)^ {6}\+([a-z_]+) = `)

// TestDecided: what any plan of the test data derives into odoo.conf is refused as an option of the inventory, but for
// limits, which the inventory may say better, and how the database is reached.
func TestDecided(t *testing.T) {
	free := []string{"db_maxconn", "db_maxconn_gevent", "limit_time_cpu", "limit_time_real", "limit_request", "db_sslmode",
		"limit_memory_soft_gevent", "limit_memory_hard_gevent"}
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if name := filepath.Base(file); strings.HasPrefix(name, "option") || strings.HasPrefix(name, "hidden") {
			continue // these are about options that the inventory says
		}
		for _, f := range a.Files {
			if !strings.HasPrefix(f.Name, "plan") {
				continue
			}
			_, conf, _ := strings.Cut(string(f.Data), "+++ /etc/odoo/odoo.conf\n")
			for _, m := range derived.FindAllStringSubmatch(next.Split(conf, 2)[0], -1) {
				seen[m[1]] = true
			}
		}
	}
	if !seen["proxy_mode"] || !seen["x_sendfile"] || !seen["http_interface"] || !seen["db_host"] {
		t.Fatalf("the plans derive %v", seen)
	}
	for name := range seen {
		inv, err := inventory.Parse("inventory.yaml", []byte(`
hosts: {app1: {address: 192.0.2.1}}
deployments:
  shop:
    odoo: {hosts: [app1], databases: [shop], options: {`+name+`: 1}}
    nginx: {hosts: [app1], server_name: shop.example}
`), inventory.Options{})
		refused := err != nil
		if !refused {
			_, errs := AdviseAll(inv)
			refused = len(errs) > 0
		}
		if allowed := slices.Contains(free, name); refused == allowed {
			t.Errorf("option %s is derived: refused %v, want %v", name, refused, !allowed)
		}
	}
}
