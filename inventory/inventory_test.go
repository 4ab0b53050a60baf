package inventory

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the want sections of testdata")

// TestParse runs every testdata/*.txtar: inventory.yaml in, and under want either the
// errors or the loaded inventory with its warnings.
func TestParse(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no testdata", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if len(ar.Files) != 2 || ar.Files[0].Name != "inventory.yaml" || ar.Files[1].Name != "want" {
				t.Fatal("want the two files inventory.yaml and want")
			}
			got := outcome(t, ar.Files[0].Data)
			if *update {
				ar.Files[1].Data = got
				if err := os.WriteFile(file, txtar.Format(ar), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if d := diff.Diff("want", ar.Files[1].Data, "got", got); d != nil {
				t.Errorf("%s", d)
			}
		})
	}
}

func outcome(t *testing.T, data []byte) []byte {
	t.Helper()
	inv, err := Parse("inventory.yaml", data, Options{Home: "/home/me"})
	var out bytes.Buffer
	if err != nil {
		var all Errors
		if !errors.As(err, &all) || inv != nil {
			t.Fatalf("Parse gave %v and %T, want nil and Errors", inv, err)
		}
		out.WriteString(err.Error() + "\n")
		return out.Bytes()
	}
	for _, w := range inv.Warnings {
		out.WriteString("warning: " + w.Error() + "\n")
	}
	out.Write(dump(t, inv))
	return out.Bytes()
}

// TestSectionsLeftOut: what is said of a section that the file leaves out names the line of
// what it belongs to.
func TestSectionsLeftOut(t *testing.T) {
	inv, err := Parse("inventory.yaml", []byte(`hosts: {app1: {}, db1: {}}
deployments:
  shop:
    odoo: {hosts: [app1]}
    postgresql: {host: db1}
    nginx: {hosts: [app1], server_name: shop.example, tls: {self_signed: true}}
`), Options{})
	if err != nil {
		t.Fatal(err)
	}
	d := inv.Deployment("shop")
	if got := d.PostgreSQL.Role.Pos; got.Line != 5 || got != d.PostgreSQL.Pos {
		t.Errorf("the role is at %q", got)
	}
	if got := d.Nginx.TLS.Pos; got.Line != 6 || got == d.Nginx.Pos {
		t.Errorf("tls, which the file has, is at %q", got)
	}
}
