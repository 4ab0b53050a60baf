package tasktest

import (
	"archive/tar"
	"fmt"
	"maps"
	"slices"
	"strings"

	"odooctl/tasks"
)

// look is what is told of paths with the rights of those whose folders they are in.
type look struct {
	rows  string
	paths []string // what is told as a tar
}

// within is what leads from a path into the folder that decides with whose rights the
// path is read.
var within = map[string]string{"path": "", "glob": "", "checkout": "/.git/config/"}

// answerPaths is what the host tells of paths, and whose folders they are in.
func answerPaths(h *host, q questions, part func(name, text string)) {
	folders, looks, asked := map[string]string{}, map[string]*look{"": {}}, false
	at := func(p, in string) *look {
		dir, rights, name := h.whose(p + in)
		if looks[rights] == nil {
			looks[rights] = &look{}
		}
		if dir != "" {
			folders[dir] = rights + "\x00" + name + "\x00"
		}
		return looks[rights]
	}
	for _, kind := range tasks.Kinds() {
		in, known := within[kind]
		if f := fakes[kind]; f.row == nil && !known {
			continue
		} else if !known {
			in = "/"
		}
		for _, p := range q[kind] {
			asked = true
			switch found := []string{p}; kind {
			case "glob":
				found = h.glob(p)
				fallthrough
			case "path":
				for _, p := range found {
					l := at(p, in)
					l.paths = append(l.paths, p)
				}
			default:
				l := at(p, in)
				if values, ok := fakes[kind].row(h, p); !ok {
				} else if h.readable(p) {
					l.rows += strings.Join(append([]string{kind, "." + p}, values...), "\x00") + "\x00"
				} else {
					l.rows += "closed\x00." + p + "\x00\x00"
				}
			}
		}
	}
	if !asked {
		return
	}
	text := ""
	for _, dir := range slices.Sorted(maps.Keys(folders)) {
		text += "." + dir + "\x00" + folders[dir]
	}
	part("folders", text)
	for rights, l := range looks {
		part(strings.TrimSpace("files "+rights), l.text(h))
	}
}

// whose returns the folder of others that a path is in, with whose rights the path is
// read, and their name; "" where it is root's alone.
func (h *host) whose(p string) (dir, rights, name string) {
	for i := range p {
		if i == 0 || p[i] != '/' {
			continue
		}
		switch f := h.files[p[:i]]; {
		case f.Kind == 0 || f.Kind == 'l':
		case f.Owner != "root":
			return p[:i], f.Owner, f.Owner
		case f.Mode&0o002 != 0:
			return p[:i], "nobody:", "everybody"
		case f.Mode&0o020 != 0 && f.Group != "root":
			return p[:i], "nobody:" + f.Group, "group " + f.Group
		}
	}
	return "", "", ""
}

// readable reports whether those whose folder it is in may read what is at a path. A
// user's group has the name of the user.
func (h *host) readable(p string) bool {
	dir, rights, _ := h.whose(p)
	user, group, of := strings.Cut(rights, ":")
	if !of {
		group = user
	}
	may := func(p string, bit int64) bool {
		switch f, ok := h.files[p]; {
		case !ok || rights == "" || f.Kind == 'l':
			return true
		case f.Owner == user:
			return f.Mode&(bit<<6) != 0
		case f.Group == group:
			return f.Mode&(bit<<3) != 0
		default:
			return f.Mode&bit != 0
		}
	}
	for i := len(dir); i < len(p) && dir != ""; i++ {
		if p[i] == '/' && !may(p[:i], 1) {
			return false
		}
	}
	return may(p, 4)
}

// text is the look as the reading script prints it.
func (l *look) text(h *host) string {
	var b strings.Builder
	w := tar.NewWriter(&b)
	for _, p := range l.paths {
		f, ok := h.files[p]
		switch {
		case !ok:
			continue
		case !h.readable(p) && f.Kind == 'd':
			l.rows += fmt.Sprintf("folder\x00.%s\x00%s\x00", p, f.like())
			continue
		case !h.readable(p):
			l.rows += "closed\x00." + p + "\x00\x00"
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
		_ = w.WriteHeader(hd) // it is memory, and the header is ours
		if f.Kind == 'f' {
			fmt.Fprint(w, f.Text)
		}
	}
	_ = w.Close()
	return l.rows + "tar\x00" + b.String()
}

// like is mode, owner and group as a look tells them.
func (f File) like() string { return fmt.Sprintf("%o\n%s\n%s", f.Mode, f.Owner, f.Group) }
