package tasks

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"
)

// folder is a folder that others than root may write to: it is read with their rights,
// and no link in it is followed out of it.
type folder struct {
	Path   string
	Rights string // the owner, as in the reading script
	Name   string // odoo; group staff; everybody
}

// foreign returns the folder of others that contains the path; nil if root owns the
// whole path, or nothing was read of it.
func (h *Host) foreign(p string) *folder {
	for i, f := range h.folders {
		if inside(p, f.Path) {
			return &h.folders[i]
		}
	}
	return nil
}

func inside(p, dir string) bool { return strings.HasPrefix(p, strings.TrimSuffix(dir, "/")+"/") }

// learnFolders parses the owners of the folders on the way to what was asked, and
// returns those of others. It replaces what was known before.
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

// fields splits values that each end with a NUL.
func fields(part []byte) (list []string) {
	for len(part) > 0 {
		value, rest, _ := bytes.Cut(part, []byte{0})
		list, part = append(list, string(value)), rest
	}
	return list
}

// denied is the state of a thing in a folder of others that they may not read, or have
// redirected.
type denied struct{ err error }

func (d denied) Same(s State) bool {
	o, ok := s.(denied)
	return ok && d.err.Error() == o.err.Error()
}

// deny records for the current task why there is no answer. It becomes the task's
// error, whatever the task returns.
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
	return denied{fmt.Errorf("%s:%s cannot be read with the rights of %s, and with more it is not read: let %s read it, "+
		"or give %s to root (chown root:root, chmod go-w)", h.Name, p, who, f.Name, f.Path)}
}

func (h *Host) leadsOut(p, target string, f *folder) denied {
	return denied{fmt.Errorf("%s:%s leads to %s, out of %s, by a link that %s could put there: it is not followed; "+
		"remove the link, or give %s to root (chown root:root, chmod go-w)", h.Name, p, target, f.Path, f.Name, f.Path)}
}
