package odoo

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
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
			lay(t, filepath.Join(dir, "shop"), c.files)
			asked := fmt.Sprintf(`{"changed": [%[1]q], "folders": [%[1]q], "conf": "", "databases": null, "install": null,
				"update": null}`, dir)
			if got := loads(t, dir, asked); !strings.Contains(got, c.want) || c.want == "" && got != "" {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// lay writes files below a folder.
func lay(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

// loads returns what loads.py says, in an environment whose Python has what is in dir/python;
// "" if it says that Odoo can load all.
func loads(t *testing.T, dir, asked string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "python3", "-W", "ignore", "-c", loadsProgram, asked)
	cmd.Env = append(os.Environ(), "PYTHONPATH="+filepath.Join(dir, "python"),
		"PATH="+filepath.Join(dir, "bin")+":/usr/bin")
	out, err := cmd.CombinedOutput()
	if (err == nil) != (len(out) == 0) {
		t.Errorf("%v, and it says %q", err, out)
	}
	return string(out)
}

// TestLoadsGraph: what modules need is looked for in all folders, for those that the database
// has or that are asked for, and for no others.
func TestLoadsGraph(t *testing.T) {
	t.Parallel()
	// Two databases; the second cannot be reached. A folder that changes has shop, another one
	// stock, and Odoo's own, which Python finds, has base and web.
	base := map[string]string{
		"python/psycopg2.py": `
import os
def connect(dbname, host, password, **others):
    if dbname != "live" or (host, password, others) != ("db1", "x%y", {"connect_timeout": 5}):
        raise Exception("no such database: %r" % ((dbname, host, password, others),))
    return Connection()
class Connection:
    def cursor(self): return self
    def execute(self, sql): pass
    def close(self): pass
    def fetchall(self):
        with open(os.path.join(os.path.dirname(__file__), "installed")) as f:
            return [(name,) for name in f.read().split()]
`,
		"python/installed":                        "base web shop",
		"python/odoo/addons/base/__manifest__.py": "{'name': 'Base'}",
		"python/odoo/addons/web/__manifest__.py":  "{'depends': ['base']}",
		"python/has_it/__init__.py":               "raise Exception('nothing is imported')",
		"python/Thing-2.1.dist-info/METADATA":     "Metadata-Version: 2.1\nName: Thing\nVersion: 2.1\n",
		"python/elsewhere.py":                     "",
		"bin/draws":                               "#!/bin/sh\n",
		"old/stock/__openerp__.py":                "{'depends': ['base']}",
		"new/shop/__manifest__.py":                "{'depends': ['web', 'stock']}",
		"odoo.conf":                               "[options]\ndb_host = db1\ndb_password = x%y\ndb_port = False\n",
	}
	for _, c := range []struct {
		name    string
		files   string // PATH TEXT, one a line; without a text it is not there
		install string
		want    string // without the folder; "" = it loads
	}{
		{"all there", "", "", ""},
		{"one to install", "new/more/__manifest__.py {'depends': ['shop']}", "more", ""},
		{"one that is nowhere", "new/shop/__manifest__.py {\x01 'depends': ['web',\x01 'stocks'\x01]}", "",
			"new/shop/__manifest__.py:3: shop depends on stocks, which is in none of "},
		{"one that is nowhere, further away", "old/stock/__openerp__.py {'depends': ['gone']}", "",
			"old/stock/__openerp__.py:1: stock depends on gone, which is in none of "},
		{"installed nowhere", "new/more/__manifest__.py {'depends': ['gone']}", "", ""},
		{"not installed, and it is to be", "new/more/__manifest__.py {'depends': ['gone']}", "more",
			"new/more/__manifest__.py:1: more depends on gone"},
		{"not what comes, and broken before",
			"old/more/__manifest__.py {'depends': ['gone']}\npython/installed base more", "", ""},
		{"to be installed from nowhere", "", "more", "module more is to be installed, and is in none of "},
		{"a circle", "old/stock/__openerp__.py {'depends': ['late']}\nold/late/__manifest__.py {'depends': ['shop']}", "",
			"old/late/__manifest__.py:1: modules depend on each other in a circle: shop -> stock -> late -> shop"},
		{"a circle of one", "new/shop/__manifest__.py {'depends': ['shop']}", "", "in a circle: shop -> shop"},
		{"not installable any more", "new/shop/__manifest__.py {'name': 1,\x01 'installable': False}", "",
			"new/shop/__manifest__.py:2: shop is installed, and it says that it is not installable"},
		{"needs what is not installable", "old/stock/__openerp__.py {'installable': False}", "",
			"old/stock/__openerp__.py:1: stock is to be installed, and it says that it is not installable"},
		{"Python that is there", "new/shop/__manifest__.py {'external_dependencies': {'python': ['has_it', 'Thing', " +
			"'elsewhere'], 'bin': ['draws']}}", "", ""},
		{"Python that is not", "new/shop/__manifest__.py {'external_dependencies':\x01{'python': ['nowhere_at_all']}}", "",
			"new/shop/__manifest__.py:2: shop needs the Python package nowhere_at_all, which is not there for "},
		{"a program that is not", "new/shop/__manifest__.py {'external_dependencies': {'bin': ['paints']}}", "",
			"new/shop/__manifest__.py:1: shop needs the program paints, which is not in PATH"},
		{"a program where odoo.conf says", "bin/draws\nelse/draws x\nnew/shop/__manifest__.py {'external_dependencies': " +
			"{'bin': ['draws']}}\nodoo.conf [options]\x01db_host = db1\x01db_password = x%y\x01bin_path = DIR/else", "", ""},
		{"what an installed one needs already", "python/installed shop stock\n" +
			"old/stock/__openerp__.py {'external_dependencies': {'python': ['nowhere_at_all']}}", "", ""},
		{"what comes with it", "old/stock/__openerp__.py {'external_dependencies': {'python': ['nowhere_at_all']}}", "",
			"stock needs the Python package nowhere_at_all"},
		{"a later version", "python/packaging/__init__.py \npython/packaging/requirements.py class Requirement:\x01  " +
			"marker = None\x01  def __init__(self, text): self.specifier = self\x01  def contains(self, v, prereleases): " +
			"return False\nnew/shop/__manifest__.py {'external_dependencies': {'python': ['Thing>=3']}}", "",
			"shop needs the Python package Thing>=3, which is there as 2.1 for "},
		{"no database can be asked", "odoo.conf [options]\nnew/shop/__manifest__.py {'depends': ['gone']}", "", ""},
		{"one that is no manifest elsewhere", "old/stock/__openerp__.py {", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir, files := t.TempDir(), maps.Clone(base)
			for line := range strings.Lines(c.files) {
				path, text, has := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
				files[path] = strings.NewReplacer("\x01", "\n", "DIR", dir).Replace(text)
				if !has {
					delete(files, path)
				}
			}
			lay(t, dir, files)
			asked := strings.ReplaceAll(fmt.Sprintf(`{"changed": ["DIR/new"], "folders": ["DIR/none", "DIR/new", "DIR/old"],
				"conf": "DIR/odoo.conf", "databases": ["dead", "live"], "install": [%s], "update": []}`,
				quoted(c.install)), "DIR", dir)
			got := strings.ReplaceAll(loads(t, dir, asked), dir+"/", "")
			if !strings.Contains(got, c.want) || c.want == "" && got != "" || strings.Count(got, "\n") > 1 {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func quoted(name string) string {
	if name == "" {
		return ""
	}
	return strconv.Quote(name)
}
