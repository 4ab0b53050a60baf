package odoo

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestLoads: what would keep Odoo from loading a module is found, and nothing else.
func TestLoads(t *testing.T) {
	t.Parallel()
	const manifest = "{'name': 'Shop', 'data': ['views.xml']}"
	module := func(more ...string) map[string]string {
		files := map[string]string{
			"__manifest__.py": manifest, "__init__.py": "from . import models\n", "views.xml": "<odoo/>",
			"models/__init__.py": "from .order import Order\nfrom . import partner\n", "models/order.py": "class Order: pass\n",
			"models/partner.py": "from ..models import order\n",
		}
		for i := 0; i < len(more); i += 2 {
			files[more[i]] = more[i+1]
		}
		return files
	}
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string // "" = it loads
	}{
		{"good", module(), ""},
		{"an encoding", module("__manifest__.py", "# -*- coding: utf-8 -*-\n"+manifest), ""},
		{"a manifest of two", module("__manifest__.py", manifest+"\nx = 1\n"), "shop/__manifest__.py:1: not a manifest: "},
		{"code", module("models/order.py", "class Order:\n    def broken(:\n"), "shop/models/order.py:2: SyntaxError: "},
		{"code that only a compiler refuses", module("models/partner.py", "return 1\n"),
			"shop/models/partner.py:1: SyntaxError: 'return' outside function"},
		{"code that is not imported", module("scripts/old.py", "print 'Python 2'\n", "tests/__init__.py", "def ("), ""},
		{"XML", module("views.xml", "<odoo>\n<record></odoo>"), "shop/views.xml:2: mismatched tag"},
		{"XML that is not listed", module("static/x.xml", "<t>"), ""},
		{"file that is listed", module("__manifest__.py", "{'data': ['none.xml']}"),
			"shop/none.xml:1: the manifest lists it, and it is not there"},
		{"manifest", module("__manifest__.py", "{'name': 'Shop',\n 'data' []}"), "shop/__manifest__.py:2: SyntaxError: "},
		{"manifest that computes", module("__manifest__.py", "{'name': str(1)}"), "shop/__manifest__.py:1: not a manifest: "},
		{"not installable", module("__manifest__.py", "{'installable': False}", "__init__.py", "def ("), ""},
		{"a NUL", module("models/order.py", "x = 1\x00"), "shop/models/order.py:1: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for name, text := range c.files {
				file := filepath.Join(dir, "shop", name)
				if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			out, err := exec.CommandContext(t.Context(), "python3", "-I", "-c", loadsProgram, dir).CombinedOutput()
			if got := string(out); (err == nil) != (c.want == "") || !strings.Contains(got, c.want) || c.want == "" &&
				got != "" {
				t.Errorf("%v: %s, want %s", err, got, c.want)
			}
		})
	}
}
