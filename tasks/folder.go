package tasks

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"
)

// folder is one of the host's that others than root decide about: what is in it, or
// below, is read with their rights, and no link in it is followed out of it.
type folder struct {
	Path   string
	Rights string // whose, as the reading script has them
	Name   string // odoo; group staff; everybody
}

// foreign returns the folder of others that a path is in; nil where the way to it is
// root's alone, or nothing was read of it.
func (h *Host) foreign(p string) *folder {
	for i, f := range h.folders {
		if inside(p, f.Path) {
			return &h.folders[i]
		}
	}
	return nil
}

func inside(p, dir string) bool { return strings.HasPrefix(p, strings.TrimSuffix(dir, "/")+"/") }

// learnFolders takes in whose folders there are on the way to what was asked, and
// returns them. What was known of these ways before is forgotten.
func (h *Host) learnFolders(a Answers) ([]folder, error) {
	f := fields(a.parts["folders"])
	if len(f)%3 != 0 {
		return nil, fmt.Errorf("read whose the folders are: %q", a.parts["folders"])
	}
	var list []folder
	for ; len(f) > 0; f = f[3:] {
		list = append(list, folder{path.Clean("/" + f[0]), f[1], f[2]})
	}
	known := slices.DeleteFunc(h.folders, func(old folder) bool {
		for _, asked := range a.names {
			if slices.ContainsFunc(asked, func(p string) bool { return inside(p+"/", old.Path) }) {
				return true
			}
		}
		return slices.ContainsFunc(list, func(f folder) bool { return f.Path == old.Path })
	})
	h.folders = append(list, known...)
	return list, nil
}

// fields takes values apart that each end with a NUL.
func fields(part []byte) (list []string) {
	for len(part) > 0 {
		value, rest, _ := bytes.Cut(part, []byte{0})
		list, part = append(list, string(value)), rest
	}
	return list
}

// denied is what the picture holds of a thing that stands in a folder of others and
// that they may not read, or have led elsewhere.
type denied struct{ err error }

func (d denied) Same(s State) bool {
	o, ok := s.(denied)
	return ok && d.err.Error() == o.err.Error()
}

// deny notes for the task that asks why there is no answer. It is the task's error,
// whatever it makes of the host without that answer.
func (h *Host) deny(err error) {
	if h.fleet.denied == nil {
		h.fleet.denied = err
	}
}

func (h *Host) unreadable(p string, f *folder) denied {
	who := f.Name + ", who owns " + f.Path
	if strings.Contains(f.Rights, ":") {
		who = f.Name + ", who may write in " + f.Path
	}
	return denied{fmt.Errorf("%s:%s cannot be read with the rights of %s, and with more it is not read: let %s read it, or give %s to root (chown root:root, chmod go-w)", h.Name, p, who, f.Name, f.Path)}
}

func (h *Host) leadsOut(p, target string, f *folder) denied {
	return denied{fmt.Errorf("%s:%s leads to %s, out of %s, by a link that %s could put there: it is not followed; remove the link, or give %s to root (chown root:root, chmod go-w)", h.Name, p, target, f.Path, f.Name, f.Path)}
}
