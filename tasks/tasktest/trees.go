package tasktest

import (
	"archive/tar"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
)

// tree is a folder of a fake host: files by path below it.
type tree map[string]file

func (h *host) tree(dir string) tree {
	t := tree{}
	for p, f := range h.files {
		if below, ok := strings.CutPrefix(p, dir+"/"); ok && f.kind == 'f' && !strings.HasPrefix(below, ".git/") {
			t[below] = f
		}
	}
	return t
}

func (t tree) sums() (text string) {
	for _, p := range slices.Sorted(maps.Keys(t)) {
		text += fmt.Sprintf("%x  ./%s\n", sha256.Sum256([]byte(t[p].text)), p)
	}
	return text
}

func (h *host) dropTree(dir string) {
	maps.DeleteFunc(h.files, func(p string, _ file) bool { return p == dir || strings.HasPrefix(p, dir+"/") })
}

// place puts a tree in place of a folder or nothing.
func (t tree) place(h *host, dir string) error {
	if h.files[path.Dir(dir)].kind != 'd' {
		return fmt.Errorf("%s is no directory", path.Dir(dir))
	}
	h.dropTree(dir)
	h.files[dir] = file{kind: 'd', owner: "root", group: "root", mode: 0o755}
	for p, f := range t {
		h.put(dir+"/"+p, f)
	}
	return nil
}

// revision is where a fake checkout stores its revision, commit and address.
const revision = "/.git/odooctl-rev"

// edited reports whether files of a fake checkout differ from its commit: any other
// file does.
func (h *host) edited(dir string) string {
	if len(h.tree(dir)) > 0 {
		return "edited"
	}
	return ""
}

func init() {
	verbs := func(names ...string) map[string]verb {
		list := map[string]verb{}
		for _, name := range names {
			list[name] = func(t *transaction, arg []string) error { return t.folder(append([]string{name}, arg...)) }
		}
		return list
	}
	fakes["tree"] = fake{
		verbs: verbs("expect_tree", "stage_tree", "swap_tree", "back_tree", "drop_tree"),
		row: func(h *host, dir string) ([]string, bool) {
			return []string{h.tree(dir).sums()}, h.files[dir].kind == 'd'
		},
	}
	fakes["checkout"] = fake{
		verbs: verbs("expect_clean", "fetch_checkout", "turn_checkout", "back_checkout"),
		row: func(h *host, dir string) ([]string, bool) {
			f := strings.Fields(h.files[dir+revision].text)
			if len(f) != 3 {
				return nil, false
			}
			return []string{f[0], f[1], f[2], f[1], h.edited(dir)}, true
		},
	}
}

// folder runs the functions for whole folders. Trees that are staged or saved are kept
// with the transaction, by name.
func (t *transaction) folder(c []string) error {
	h, dir := t.h, c[1]
	switch c[0] {
	case "expect_tree":
		if got := h.tree(dir).sums(); got != t.payload[c[2]] {
			return fmt.Errorf("stale: %s has %s", dir, got)
		}
	case "stage_tree":
		return t.stageTree(c[1:])
	case "swap_tree":
		return t.trees["staged "+dir].place(h, dir)
	case "back_tree":
		if old, had := t.trees["saved "+dir]; had {
			return old.place(h, dir)
		}
		h.dropTree(dir)
	case "drop_tree":
		h.dropTree(dir)
	case "expect_clean":
		if h.edited(dir) == "edited" {
			return fmt.Errorf("stale: files in %s were edited", dir)
		}
	case "fetch_checkout":
		t.trees["fetched "+dir] = tree{"rev": file{text: c[3] + " c0ffee00" + c[3] + " " + c[2] + "\n"}}
	case "turn_checkout":
		h.put(dir+revision, file{kind: 'f', owner: "root", group: "root", mode: 0o644,
			text: t.trees["fetched "+dir]["rev"].text})
	case "back_checkout":
		f := h.files[dir+revision]
		f.text = strings.Join(c[2:], " ") + "\n"
		h.files[dir+revision] = f
	default:
		return errors.New("no such verb")
	}
	return nil
}

func (t *transaction) stageTree(arg []string) error {
	dir, next := arg[0], t.h.tree(arg[0])
	if t.h.files[dir].kind == 'd' {
		t.trees["saved "+dir] = maps.Clone(next)
	}
	for p := range strings.Lines(t.payload[arg[1]]) {
		delete(next, strings.TrimSpace(p))
	}
	if len(arg) > 3 {
		r := tar.NewReader(strings.NewReader(t.payload[arg[3]]))
		for hd, err := r.Next(); err == nil; hd, err = r.Next() {
			text, _ := io.ReadAll(r)
			next[strings.TrimPrefix(hd.Name, "./")] = file{kind: 'f', owner: "root", group: "root", mode: hd.Mode,
				text: string(text)}
		}
	}
	if next.sums() != t.payload[arg[2]] {
		return fmt.Errorf("the tree comes out as %s", next.sums())
	}
	t.trees["staged "+dir] = next
	return nil
}
