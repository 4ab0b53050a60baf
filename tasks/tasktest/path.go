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
		"save", "restore", "make_dir",
		"stage", "stage_born", "stage_link", "swap", "own", "remove", "remove_dir",
	} {
		verbs[name] = func(t *transaction, arg []string) error { return t.path(name, arg) }
	}
	fakes["path"] = fake{answer: answerPaths, verbs: verbs}
	fakes["glob"] = fake{}
	fakes["private"] = fake{row: func(h *host, p string) ([]string, bool) {
		f, ok := h.files[p]
		return []string{fmt.Sprintf("%o\n%s\n%s", f.Mode, f.Owner, f.Group), fmt.Sprintf("%x", sha256.Sum256([]byte(f.Text)))}, ok && f.Kind == 'f'
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
		hd := &tar.Header{Name: "." + p, Mode: f.Mode, Uname: f.Owner, Gname: f.Group, Format: tar.FormatGNU}
		switch f.Kind {
		case 'd':
			hd.Typeflag, hd.Name = tar.TypeDir, hd.Name+"/"
		case 'l':
			hd.Typeflag, hd.Linkname = tar.TypeSymlink, f.Text
		default:
			hd.Typeflag, hd.Size = tar.TypeReg, int64(len(f.Text))
		}
		if err := w.WriteHeader(hd); err != nil {
			panic(err)
		}
		if f.Kind == 'f' {
			fmt.Fprint(w, f.Text)
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
	case "save":
		t.saved[arg[0]] = nil
		if f, ok := h.files[arg[0]]; ok {
			t.saved[arg[0]] = &f
		}
	case "restore":
		return t.restore(arg[0])
	case "make_dir":
		return h.place(arg[0], attributes(File{Kind: 'd'}, arg[1:]))
	case "stage":
		return t.stage(arg[1], attributes(File{Kind: 'f', Text: t.payload[arg[0]]}, arg[2:]))
	case "stage_born":
		text, err := t.bear(arg[0], arg[1])
		if err != nil {
			return err
		}
		return t.stage(arg[1], attributes(File{Kind: 'f', Text: text}, arg[2:]))
	case "stage_link":
		return t.stage(arg[1], File{Kind: 'l', Owner: "root", Group: "root", Mode: 0o777, Text: arg[0]})
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

func (t *transaction) stage(p string, f File) error {
	if err := t.h.inDirectory(p); err != nil {
		return err
	}
	t.staged[p] = f
	return nil
}

func (t *transaction) restore(p string) error {
	old := t.saved[p]
	switch {
	case old != nil:
		return t.h.place(p, *old)
	case t.h.files[p].Kind == 'd':
		return t.h.removeDirectory(p)
	}
	delete(t.h.files, p)
	return nil
}

// place is mv -T: a directory takes the place of nothing, and nothing takes that
// of a directory.
func (h *host) place(p string, f File) error {
	if err := h.inDirectory(p); err != nil {
		return err
	}
	if old, ok := h.files[p]; ok && (old.Kind == 'd') != (f.Kind == 'd') {
		return fmt.Errorf("%s is in the way", p)
	}
	h.files[p] = f
	return nil
}

func (h *host) inDirectory(p string) error {
	if up := path.Dir(p); up != "/" && h.files[up].Kind != 'd' {
		return fmt.Errorf("%s is no directory", up)
	}
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
func attributes(f File, arg []string) File {
	f.Owner, f.Group = arg[0], arg[1]
	f.Mode, _ = strconv.ParseInt(arg[2], 8, 64)
	return f
}
