package tasktest

import (
	"archive/tar"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// tree is a folder of a fake host: files by path below it.
type tree map[string]File

// trees of a folder in a transaction.
type trees struct{ saved, staged tree }

func init() {
	fakes["tree"] = fake{
		verbs: map[string]verb{
			"stage_tree": (*transaction).stageTree,
			"swap_tree":  func(t *transaction, arg []string) error { return t.trees[arg[0]].staged.place(t.h, arg[0]) },
			"back_tree":  func(t *transaction, arg []string) error { return t.trees[arg[0]].saved.place(t.h, arg[0]) },
			"drop_tree":  func(t *transaction, arg []string) error { t.h.dropTree(arg[0]); return nil },
		},
		row: func(h *host, dir string) ([]string, bool) {
			text, t := "", h.tree(dir)
			for _, p := range slices.Sorted(maps.Keys(t)) {
				text += fmt.Sprintf("%x  ./%s\n", sha256.Sum256([]byte(t[p].Text)), p)
			}
			return []string{text}, t != nil
		},
	}
	put := func(t *transaction, dir, text string) error { t.h.put(dir+revision, plainFile(text)); return nil }
	fakes["checkout"] = fake{
		verbs: map[string]verb{
			"fetch_checkout": func(t *transaction, arg []string) error {
				t.staged[arg[0]+revision] = plainFile(arg[2] + " c0ffee00" + arg[2] + " " + arg[1] + "\n")
				return nil
			},
			"turn_checkout": func(t *transaction, arg []string) error { return put(t, arg[0], t.staged[arg[0]+revision].Text) },
			"back_checkout": func(t *transaction, arg []string) error { return put(t, arg[0], strings.Join(arg[1:], " ")+"\n") },
		},
		row: func(h *host, dir string) ([]string, bool) {
			f, edited := strings.Fields(h.files[dir+revision].Text), ""
			if len(h.tree(dir)) > 0 { // any file beside its own was not in the commit
				edited = "edited"
			}
			if len(f) != 3 {
				return nil, false
			}
			return []string{f[0], f[1], f[2], f[1], edited}, true
		},
	}
}

// revision is where a fake checkout keeps its revision, commit and address.
const revision = "/.git/odooctl-rev"

// tree is what is in a folder; nil where there is none.
func (h *host) tree(dir string) tree {
	if h.files[dir].Kind != 'd' {
		return nil
	}
	t := tree{}
	for p, f := range h.files {
		if below, ok := strings.CutPrefix(p, dir+"/"); ok && f.Kind == 'f' && !strings.HasPrefix(below, ".git/") {
			t[below] = f
		}
	}
	return t
}

func (h *host) dropTree(dir string) {
	maps.DeleteFunc(h.files, func(p string, _ File) bool { return p == dir || strings.HasPrefix(p, dir+"/") })
}

// place puts a tree where a folder stands or nothing; nil: nothing.
func (t tree) place(h *host, dir string) error {
	h.dropTree(dir)
	if t == nil {
		return nil
	}
	err := h.place(dir, directory)
	for p, f := range t {
		h.put(dir+"/"+p, f)
	}
	return err
}

// stageTree has the arguments DIR GONE SUMS [TAR].
func (t *transaction) stageTree(arg []string) error {
	next := t.h.tree(arg[0])
	saved := maps.Clone(next)
	if next == nil {
		next = tree{}
	}
	for p := range strings.Lines(t.payload[arg[1]]) {
		delete(next, strings.TrimSpace(p))
	}
	if len(arg) > 3 {
		r := tar.NewReader(strings.NewReader(t.payload[arg[3]]))
		for hd, err := r.Next(); err == nil; hd, err = r.Next() {
			text, _ := io.ReadAll(r)
			next[strings.TrimPrefix(hd.Name, "./")] = File{Kind: 'f', Owner: "root", Group: "root", Mode: hd.Mode,
				Text: string(text)}
		}
	}
	t.trees[arg[0]] = trees{saved, next}
	return nil
}
