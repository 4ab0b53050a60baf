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
	fakes["path"] = fake{answer: answerPaths, verbs: map[string]verb{
		"save": func(t *transaction, arg []string) error {
			t.saved[arg[0]] = t.h.files[arg[0]]
			return nil
		},
		"restore":  (*transaction).restore,
		"make_dir": func(t *transaction, arg []string) error { return t.h.place(arg[0], File{Kind: 'd'}.own(arg[1:])) },
		"stage": func(t *transaction, arg []string) error {
			return t.stage(arg[1], File{Kind: 'f', Text: t.payload[arg[0]]}.own(arg[2:]))
		},
		"stage_generated": func(t *transaction, arg []string) error {
			text, err := t.generate(arg[0], arg[1])
			return errors.Join(err, t.stage(arg[1], File{Kind: 'f', Text: text}.own(arg[2:])))
		},
		"stage_link": func(t *transaction, arg []string) error { return t.stage(arg[1], link(arg[0])) },
		"swap":       func(t *transaction, arg []string) error { return t.h.place(arg[0], t.staged[arg[0]]) },
		"own": func(t *transaction, arg []string) error {
			return t.h.place(arg[0], t.h.files[arg[0]].own(arg[1:]))
		},
		"remove":     func(t *transaction, arg []string) error { delete(t.h.files, arg[0]); return nil },
		"remove_dir": func(t *transaction, arg []string) error { return t.h.removeDirectory(arg[0]) },
	}}
	fakes["glob"] = fake{}
	fakes["private"] = fake{row: func(h *host, p string) ([]string, bool) {
		f := h.files[p]
		return []string{f.like(), fmt.Sprintf("%x", sha256.Sum256([]byte(f.Text)))}, f.Kind == 'f'
	}}
}

func (t *transaction) stage(p string, f File) error {
	t.staged[p] = f
	return t.h.inDirectory(p)
}

func (t *transaction) restore(arg []string) error {
	p := arg[0]
	switch old := t.saved[p]; {
	case old.Kind != 0:
		return t.h.place(p, old)
	case t.h.files[p].Kind == 'd':
		return t.h.removeDirectory(p)
	}
	delete(t.h.files, p)
	return nil
}

// place is mv -T: a directory takes the place of nothing, and nothing takes that
// of a directory.
func (h *host) place(p string, f File) error {
	if old, ok := h.files[p]; f.Kind == 0 || ok && (old.Kind == 'd') != (f.Kind == 'd') {
		return fmt.Errorf("%s: there is nothing to put there, or something is in the way", p)
	}
	h.files[p] = f
	return h.inDirectory(p)
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

// own sets owner, group and mode from the words of a verb.
func (f File) own(arg []string) File {
	f.Owner, f.Group = arg[0], arg[1]
	f.Mode, _ = strconv.ParseInt(arg[2], 8, 64)
	return f
}
