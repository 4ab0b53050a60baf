package tasks

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"odooctl/remote/shell"
)

const kindTree = "tree"

var trees = &Kind{
	Name: kindTree, Show: showTree, Compile: makeTree,
	at: &standing{within: "/.", values: 1,
		state: func(l *look, dir string, v []string) (State, error) { return l.readTree(dir, v[0]) }},
}

// tree is the content of a folder, as digests by path.
type tree struct {
	Sums    map[string]string
	content map[string]TreeFile // of the wanted one; nil for the one that was read
}

// TreeFile is a file of a tree. Its content is read when it is sent.
type TreeFile struct {
	Size       int64
	Sum        string // SHA-256 of the content, in hex
	Executable bool
	Open       func() (io.ReadCloser, error)
}

// TextFile is a TreeFile with this content.
func TextFile(text string) TreeFile {
	return TreeFile{Size: int64(len(text)), Sum: digest(text),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
}

func (t tree) Same(s State) bool {
	o, ok := s.(tree)
	return ok && maps.Equal(t.Sums, o.Sums)
}

// Tree ensures that a folder has exactly these files, by their paths below it, all
// owned by root and readable by everybody; and reports whether it had. Only files that
// differ are sent to the host. __pycache__ does not count.
func (h *Host) Tree(dir string, files map[string]TreeFile) (was bool) {
	k, want := key{kindTree, dir}, treeOf(files)
	if s := h.get(k); s != nil && s.Same(want) {
		return true
	}
	h.set(k, want)
	return false
}

// HasTree reports whether the folder had exactly these files when the host was read.
func (h *Host) HasTree(dir string, files map[string]TreeFile) bool {
	k := key{kindTree, dir}
	h.get(k)
	s := h.before[k]
	return s != nil && s.Same(treeOf(files))
}

func treeOf(files map[string]TreeFile) tree {
	t := tree{map[string]string{}, files}
	for p, f := range files {
		t.Sums[p] = f.Sum
	}
	return t
}

// readTree parses the output of sha256sum. It doubles a backslash in a name, and puts
// one before the line; a name with a line end is not printed at all.
func (l *look) readTree(dir, text string) (State, error) {
	t := tree{Sums: map[string]string{}}
	for line := range strings.Lines(text) {
		line, whole := strings.CutSuffix(line, "\n")
		name := strings.NewReplacer()
		if rest, odd := strings.CutPrefix(line, `\`); odd {
			line, name = rest, strings.NewReplacer(`\\`, `\`, `\r`, "\r")
		}
		switch sum, p, ok := strings.Cut(line, "  ./"); {
		case line == "closed" && l.rights == "":
			return nil, fmt.Errorf("not all in it could be read")
		case line == "closed":
			return l.h.unreadable(dir, l.h.folderOf(kindOf(kindTree), dir)), nil
		case line == "theirs":
			return denied{fmt.Errorf("%s:%s has folders that others than root own or may write in: make all of it root's "+
				"(chown -R root:root, chmod -R go-w)", l.h.Name, dir)}, nil
		case line == "line":
			return denied{fmt.Errorf("%s:%s has a file with a line end in its name: remove it", l.h.Name, dir)}, nil
		case !ok || !whole || len(sum) != 64:
			return nil, fmt.Errorf("its files: %q", line)
		default:
			t.Sums[name.Replace(p)] = sum
		}
	}
	return t, nil
}

// differences lists the paths that are new, changed and removed, each sorted.
func (t tree) differences(before tree) (fresh, changed, gone []string) {
	for _, p := range slices.Sorted(maps.Keys(t.Sums)) {
		switch old, had := before.Sums[p]; {
		case !had:
			fresh = append(fresh, p)
		case old != t.Sums[p]:
			changed = append(changed, p)
		}
	}
	for _, p := range slices.Sorted(maps.Keys(before.Sums)) {
		if _, has := t.Sums[p]; !has {
			gone = append(gone, p)
		}
	}
	return fresh, changed, gone
}

func showTree(before, after State) (parts []string) {
	a, has := after.(tree)
	if !has {
		return nil
	}
	b, _ := before.(tree)
	fresh, changed, gone := a.differences(b)
	for _, d := range []struct {
		what  string
		paths []string
	}{{"new", fresh}, {"changed", changed}, {"gone", gone}} {
		switch n := len(d.paths); {
		case n > 3:
			parts = append(parts, fmt.Sprintf("%d files %s", n, d.what))
		case n > 0:
			parts = append(parts, strings.Join(d.paths, ", ")+" "+d.what)
		}
	}
	return parts
}

// sums writes a tree as sha256sum does, sorted by path.
func (t tree) sums() string {
	var b strings.Builder
	for _, p := range slices.Sorted(maps.Keys(t.Sums)) {
		sum, name := t.Sums[p], strings.NewReplacer(`\`, `\\`, "\r", `\r`).Replace(p)
		fmt.Fprintf(&b, "%s%s  ./%s\n", pick(name == p, "", `\`), sum, name)
	}
	return b.String()
}

func makeTree(s *Script, dir string, before, after State) {
	b, had := before.(tree)
	a, has := after.(tree)
	if had {
		s.line(phaseExpect, "expect_tree", dir, s.Attach(b.sums()))
	} else {
		s.line(phaseExpect, "expect_none", dir)
	}
	switch {
	case !has:
		s.stepUndo(phaseSwap, ":", "drop_tree", dir)
		return
	case a.content == nil:
		s.line(phaseStage, "fail", "only the host knows what "+dir+" held")
		return
	}
	fresh, changed, gone := a.differences(b)
	args := []string{dir, s.Attach(lines(slices.Concat(changed, gone))), s.Attach(a.sums())}
	if add := slices.Concat(fresh, changed); len(add) > 0 {
		args = append(args, s.attachTree(a, add))
	}
	s.doing(phaseStage, preparing)
	s.line(phaseStage, "stage_tree", args...)
	s.stepUndo(phaseSwap, "back_tree "+shell.Quote(dir), "swap_tree", dir)
}

func lines(list []string) (text string) {
	for _, l := range list {
		text += l + "\n"
	}
	return text
}

// branch is some of the files of a tree, to be sent as a tar.
type branch struct {
	tree
	paths []string
}

// pack writes the tar; copy writes the content of a file.
func (b branch) pack(out io.Writer, copy func(io.Writer, string, TreeFile) error) error {
	w := tar.NewWriter(out)
	for _, p := range b.paths {
		f := b.content[p]
		mode := int64(0o644)
		if f.Executable {
			mode = 0o755
		}
		if err := w.WriteHeader(&tar.Header{Name: "./" + p, Mode: mode, Size: f.Size, Format: tar.FormatPAX}); err != nil {
			return err
		}
		if err := copy(w, p, f); err != nil {
			return err
		}
	}
	return w.Close()
}

// content copies what a file holds, which has to be what it held when it was planned.
func content(w io.Writer, path string, f TreeFile) error {
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	h := sha256.New()
	n, err := io.CopyN(io.MultiWriter(w, h), r, f.Size)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read %s: %w", path, err)
	}
	if more, _ := r.Read(make([]byte, 1)); n != f.Size || more > 0 || hex.EncodeToString(h.Sum(nil)) != f.Sum {
		return fmt.Errorf("%s was edited while this run was at work: run it again", path)
	}
	return nil
}
