package tasktest

import (
	"archive/tar"
	"crypto/sha256"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"

	"odooctl/tasks"
)

func init() {
	verbs := map[string]verb{}
	for _, name := range []string{
		"expect_text", "expect_like", "expect_link", "expect_none", "save", "restore", "make_dir",
		"stage", "stage_generated", "stage_link", "swap", "own", "remove", "remove_dir",
	} {
		verbs[name] = func(t *transaction, arg []string) error { return t.path(name, arg) }
	}
	fakes["path"] = fake{answer: answerPaths, verbs: verbs}
	fakes["glob"] = fake{}
	fakes["private"] = fake{row: func(h *host, p string) ([]string, bool) {
		f, ok := h.files[p]
		return []string{fmt.Sprintf("%o\n%s\n%s", f.mode, f.owner, f.group), fmt.Sprintf("%x", sha256.Sum256([]byte(f.text)))}, ok && f.kind == 'f'
	}}
}

// answerPaths is what the host tells of paths: all of them are root's.
func answerPaths(h *host, q questions, part func(name, text string)) {
	text, asked := "", len(q["path"])+len(q["glob"]) > 0
	for _, kind := range tasks.Kinds() {
		if fakes[kind].row == nil {
			continue
		}
		for _, p := range q[kind] {
			asked = true
			if values, ok := fakes[kind].row(h, p); ok {
				text += strings.Join(append([]string{kind, "." + p}, values...), "\x00") + "\x00"
			}
		}
	}
	if asked {
		part("files", text+"tar\x00"+h.tar(q["path"], q["glob"]))
	}
}

func (h *host) tar(names, globs []string) string {
	var b strings.Builder
	w := tar.NewWriter(&b)
	for _, g := range globs {
		names = append(names, h.glob(g)...)
	}
	for _, p := range names {
		f, ok := h.files[p]
		if !ok {
			continue
		}
		hd := &tar.Header{Name: "." + p, Mode: f.mode, Uname: f.owner, Gname: f.group, Format: tar.FormatGNU}
		switch f.kind {
		case 'd':
			hd.Typeflag, hd.Name = tar.TypeDir, hd.Name+"/"
		case 'l':
			hd.Typeflag, hd.Linkname = tar.TypeSymlink, f.text
		default:
			hd.Typeflag, hd.Size = tar.TypeReg, int64(len(f.text))
		}
		if err := w.WriteHeader(hd); err != nil {
			panic(err)
		}
		if f.kind == 'f' {
			fmt.Fprint(w, f.text)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.String()
}

// path runs the verbs for one path.
func (t *transaction) path(verb string, arg []string) error {
	h := t.h
	switch verb {
	case "expect_text":
		for line := range strings.Lines(t.payload[arg[0]]) {
			sum, p, _ := strings.Cut(strings.TrimSpace(line), "  .")
			if got := fmt.Sprintf("%x", sha256.Sum256([]byte(h.files[p].text))); got != sum {
				return fmt.Errorf("stale: %s", p)
			}
		}
	case "expect_like":
		for i, want := range strings.Split(arg[0], "\n") {
			p := strings.TrimPrefix(arg[1+i], ".")
			f := h.files[p]
			what := map[byte]string{'f': "regular file", 'd': "directory", 'l': "symbolic link"}[f.kind]
			if got := fmt.Sprintf("%s %o %s %s .%s", what, f.mode, f.owner, f.group, p); got != want {
				return fmt.Errorf("stale: %s, want %s", got, want)
			}
		}
	case "expect_link":
		if got := h.files[arg[1]].text; got != arg[0] {
			return fmt.Errorf("stale: %s leads to %s", arg[1], got)
		}
	case "expect_none":
		for _, p := range arg {
			if _, ok := h.files[p]; ok {
				return fmt.Errorf("stale: %s exists", p)
			}
		}
	case "save":
		t.saved[arg[0]] = nil
		if f, ok := h.files[arg[0]]; ok {
			t.saved[arg[0]] = &f
		}
	case "restore":
		return t.restore(arg[0])
	case "make_dir":
		return h.place(arg[0], attributes(file{kind: 'd'}, arg[1:]))
	case "stage":
		return t.stage(arg[1], attributes(file{kind: 'f', text: t.payload[arg[0]]}, arg[2:]))
	case "stage_generated":
		text, err := t.generate(arg[0], arg[1])
		if err != nil {
			return err
		}
		return t.stage(arg[1], attributes(file{kind: 'f', text: text}, arg[2:]))
	case "stage_link":
		return t.stage(arg[1], file{kind: 'l', owner: "root", group: "root", mode: 0o777, text: arg[0]})
	case "swap":
		f, ok := t.staged[arg[0]]
		if !ok {
			return errors.New("nothing is staged")
		}
		return h.place(arg[0], f)
	case "own":
		f, ok := h.files[arg[0]]
		if !ok {
			return errors.New("no such file")
		}
		h.files[arg[0]] = attributes(f, arg[1:])
	case "remove":
		delete(h.files, arg[0])
	case "remove_dir":
		return h.removeDirectory(arg[0])
	}
	return nil
}

func (t *transaction) stage(p string, f file) error {
	if up := t.h.files[path.Dir(p)]; up.kind != 'd' {
		return fmt.Errorf("%s is no directory", path.Dir(p))
	}
	t.staged[p] = f
	return nil
}

func (t *transaction) restore(p string) error {
	old := t.saved[p]
	switch {
	case old != nil:
		return t.h.place(p, *old)
	case t.h.files[p].kind == 'd':
		return t.h.removeDirectory(p)
	}
	delete(t.h.files, p)
	return nil
}

// place is mv -T: a directory takes the place of nothing, and nothing takes that
// of a directory.
func (h *host) place(p string, f file) error {
	if up := h.files[path.Dir(p)]; up.kind != 'd' {
		return fmt.Errorf("%s is no directory", path.Dir(p))
	}
	if old, ok := h.files[p]; ok && (old.kind == 'd') != (f.kind == 'd') {
		return fmt.Errorf("%s is in the way", p)
	}
	h.files[p] = f
	return nil
}

func (h *host) removeDirectory(p string) error {
	for other := range h.files {
		if strings.HasPrefix(other, p+"/") {
			return fmt.Errorf("%s is not empty: %s", p, other)
		}
	}
	delete(h.files, p)
	return nil
}

// attributes sets owner, group and mode from the words of a verb.
func attributes(f file, arg []string) file {
	f.owner, f.group = arg[0], arg[1]
	f.mode, _ = strconv.ParseInt(arg[2], 8, 64)
	return f
}
