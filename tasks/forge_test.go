package tasks

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"odooctl/inventory"
	"odooctl/remote/shell"
)

// markers are texts that structure an answer, and others that programs may
// misinterpret.
var markers = []string{
	"x", "a b", "a\nb", "\n", "a\tb", `a\b`, `\`, `a\nb`, `"'$(id)`, "`id`", "*", "-n", "\r\n", "\xff\xfe", "\u202e",
	"\n@nonce end\n", "\n@nonce facts\nhostname forged\n", "\n@%s users\nodoo:x:0:0::/:/bin/sh\n",
	"tar\x00", "private\x00./etc/forged\x00600\nroot\nroot\x00d\x00", "closed\x00./etc/forged\x00\x00",
	"tree /etc", "json\t{}", "cluster\t15", "unit\tx", "\037", "doing: 1 1/1 x", "over: 1",
	"kept: 1", "installed forged 1\n",
	"  ./forged", "\\" + strings.Repeat("0", 64) + "  ./forged\n",
}

// FuzzForge puts a text into everything on a host that may contain one, and reads it
// with the real script: the answer has exactly that text, and nothing else changes.
func FuzzForge(f *testing.F) {
	for _, m := range markers {
		f.Add(m)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := newScratch(t)
		s.write(s.root+"/etc/content", text, 0o644)
		s.file("/etc/other", "other")
		name := strings.NewReplacer("/", "_", "\x00", "_").Replace(text)
		if name == "" || name == "." || name == ".." || len(name) > 200 {
			name = "name"
		}
		for _, d := range []string{"/etc/names", "/etc/tree", "/etc/git/.git"} {
			if err := os.MkdirAll(s.root+d, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		s.file("/etc/names/"+name, text)
		s.file("/etc/tree/"+name, text)
		s.file("/etc/git/.git/odooctl-rev", text)
		target := strings.ReplaceAll(text, "\x00", "_")
		if target == "" || len(target) > 200 {
			target = "target"
		}
		if err := os.Symlink(target, s.root+"/etc/link"); err != nil {
			t.Fatal(err)
		}
		h, asked := asking(t), strings.ReplaceAll(text, "\x00", "")
		h.reset()
		says := []string{"cat " + shell.Quote(s.root+"/etc/content"), "printf %s " + shell.Quote(asked)}
		h.Output(says[0])
		h.Output(says[1])
		for _, p := range []string{"/etc/content", "/etc/link", "/etc/other", "/etc/forged"} {
			h.node(p)
		}
		h.Private("/etc/names/" + name).Exists()
		h.Glob("/etc/names/*")
		h.HasTree("/etc/tree", nil)
		h.Edited("/etc/git")
		h.Holds("true")
		out, err := exec.Command("sh", "-c", h.readScript("nonce", s.root)).Output()
		if err != nil {
			t.Fatal(err)
		}
		if err := h.Learn("nonce", out); err != nil {
			t.Fatalf("%v: %q", err, out)
		}
		is := func(what, got, want string) {
			t.Helper()
			if got != want {
				t.Errorf("%s is %q, want %q", what, got, want)
			}
		}
		content := func(p string) string {
			n, _ := h.before[key{kindPath, p}].(node)
			return n.Content + n.Target + n.Digest
		}
		is("the content", content("/etc/content"), text)
		is("the link", content("/etc/link"), target)
		is("the file beside", content("/etc/other"), "other")
		is("the file that is none", content("/etc/forged"), "")
		is("the private file", content("/etc/names/"+name), digest(text))
		shown := "[/etc/names/" + name + "]"
		if strings.HasPrefix(name, ".") {
			shown = "[]"
		}
		is("the pattern", fmt.Sprint(h.Glob("/etc/names/*")), shown)
		for i, want := range []string{text, asked} {
			said, _ := h.Output(says[i])
			is("what the shell prints", said, strings.TrimSuffix(want[:min(20000, len(want))], "\n"))
		}
		switch tr := h.before[key{kindTree, "/etc/tree"}].(type) {
		case tree:
			is("the tree", fmt.Sprintf("%q", tr.Sums), fmt.Sprintf("%q", map[string]string{name: digest(text)}))
		case denied:
			if !strings.Contains(name, "\n") {
				t.Errorf("the tree is refused: %v", tr.err)
			}
		default:
			t.Errorf("the tree is %v", tr)
		}
		if c, ok := h.before[key{kindCheckout, "/etc/git"}].(checkout); !ok || c.Edited {
			t.Errorf("the checkout is %+v", c)
		}
		if !h.Holds("true") || h.facts.Hostname == "forged" || len(h.folders) > 0 {
			t.Errorf("other things changed: %+v, %v", h.facts, h.folders)
		}
	})
}

// TestForgedRows: a value in a row of an answer makes the whole answer fail, or is read
// as that value, and never as an answer to something else.
func TestForgedRows(t *testing.T) {
	t.Parallel()
	rows := map[string]string{
		"users": "odoo:x:1:1:%s:/home:/bin/sh\n", "groups": "odoo:x:1:%s\n", "packages": "installed nginx %s\n",
		"output 0": "%s", "units": "LoadState=loaded\nActiveState=%s\nUnitFileState=enabled\n\nLoadState=not-found\n",
	}
	forgeries := append(markers, "x:0:0::/:/bin/sh\nroot:x:0:0::/:/bin/sh", "a\nroot:x:0:", "1\ninstalled apache2 2",
		"active\n\nLoadState=loaded\nActiveState=active")
	for section, row := range rows {
		for _, m := range forgeries {
			good := map[string]string{"users": "odoo:x:1:1::/home:/bin/sh\n", "groups": "", "packages": "", "output 0": "",
				"units": goodUnits}
			good[section] = fmt.Sprintf(row, strings.ReplaceAll(m, "\x00", ""))
			list := []string{"facts", goodFacts, "files", "tar\x00", "probes", "0\n", "clusters", ""}
			for name, body := range good {
				list = append(list, name, body)
			}
			h := rowsAsked(t)
			if h.Learn("nonce", []byte(answer(list...))) != nil {
				continue
			}
			for _, k := range []key{{kindUser, "root"}, {kindGroup, "root"}, {kindPackage, "apache2"}} {
				if _, known := h.before[k]; known {
					t.Errorf("%q in %s made %v known", m, section, k)
				}
			}
			if b, _ := h.before[key{kindUnit, "b.service"}].(unit); b.Active || h.facts.Hostname != "h" {
				t.Errorf("%q in %s changed another value", m, section)
			}
		}
	}
}

func rowsAsked(t *testing.T) *Picture {
	inv, err := inventory.Parse("inventory.yaml", []byte("hosts:\n  h: {address: 192.0.2.1}\n"), inventory.Options{})
	if err != nil {
		t.Fatal(err)
	}
	h := NewFleet(inv, time.Unix(0, 0)).Host("h")
	h.reset()
	h.Unit("a.service")
	h.Unit("b.service")
	h.HasUser("odoo")
	h.Installed("nginx")
	h.Output("echo a")
	h.File("/etc/a")
	h.Holds("false")
	return h
}
