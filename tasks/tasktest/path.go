package tasktest

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"
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
		return []string{f.like(), fmt.Sprintf("%x", sha256.Sum256([]byte(f.Text)))}, ok && f.Kind == 'f'
	}}
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
