package tasks

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
)

// look is what one process has found, which ran with the rights of those whose folders
// it looked into. It is believed for what is in these folders, and for nothing else.
type look struct {
	h      *Host
	q      map[string][]string
	rights string
	nodes  map[string]node // what the tar has
}

// learnFiles takes in what stands at paths: what was asked and is not told does not
// exist.
func (h *Host) learnFiles(parts map[string][]byte, q map[string][]string) error {
	judged, err := h.learnFolders(parts["folders"], q)
	if err != nil {
		return err
	}
	for _, kind := range []string{kindPath, kindPrivate, kindTree, kindCheckout, kindBuild} {
		for _, p := range q[kind] {
			h.before[pathKey(kind, p)] = nil
		}
	}
	for _, p := range q[kindPrivate] {
		h.before[key{kindPrivate, p}] = answered{}
	}
	globbed := map[string][]string{}
	own := look{h, q, "", nil}
	if err := own.learn(parts["files"], globbed); err != nil {
		return err
	}
	for i, f := range judged {
		if slices.ContainsFunc(judged[:i], func(o folder) bool { return o.Rights == f.Rights }) {
			continue
		}
		theirs := look{h, q, f.Rights, nil}
		if theirs.learn(parts["files "+f.Rights], globbed) != nil {
			theirs.denyAll()
		}
	}
	for _, g := range q[kindGlob] {
		if _, no := h.before[key{kindGlob, g}].(denied); !no {
			h.globs = append(h.globs, g)
			slices.Sort(globbed[g])
			h.before[key{kindGlob, g}] = paths{globbed[g]}
		}
	}
	return nil
}

// pathKey is where the picture holds what is asked of a path.
func pathKey(kind, p string) key {
	if kind == kindPrivate {
		kind = kindPath
	}
	return key{kind, p}
}

// folderOf is the folder of others that decides with whose rights something is read.
func (h *Host) folderOf(kind, p string) *folder {
	switch kind {
	case kindPath, kindGlob:
		return h.foreign(p)
	case kindCheckout:
		return h.foreign(p + "/.git/config/")
	}
	return h.foreign(p + "/")
}

// tell notes a state, where this look was asked for it and may speak of it.
func (l *look) tell(kind, p string, s State) {
	rights := ""
	if f := l.h.folderOf(kind, p); f != nil {
		rights = f.Rights
	}
	asked := slices.Contains(l.q[kind], p) || kind == kindPath && matches(l.q[kindGlob], p)
	if kind == kindPath && l.h.private[p] { // a pattern shows it too, and its content
		asked = false
	}
	if asked && rights == l.rights {
		l.h.before[pathKey(kind, p)] = s
	}
}

// deny notes why nothing is told of a path, for all that was asked of it.
func (l *look) deny(p string, why func(string, *folder) denied) {
	for _, kind := range []string{kindPath, kindPrivate, kindTree, kindCheckout, kindBuild} {
		if f := l.h.folderOf(kind, p); f != nil {
			l.tell(kind, p, why(p, f))
		}
	}
}

// denyAll is for a look that did not come to its end.
func (l *look) denyAll() {
	for _, kind := range []string{kindPath, kindPrivate, kindTree, kindCheckout, kindBuild} {
		for _, p := range l.q[kind] {
			l.deny(p, l.h.unreadable)
		}
	}
	for i, f := range l.h.folders {
		for _, g := range l.q[kindGlob] {
			n := strings.Count(f.Path, "/")
			if parts := strings.Split(path.Dir(g), "/"); f.Rights == l.rights && len(parts) > n {
				if ok, _ := path.Match(strings.Join(parts[:n+1], "/"), f.Path); ok {
					l.h.before[key{kindGlob, g}] = l.h.unreadable(g, &l.h.folders[i])
				}
			}
		}
	}
}

// shapes are the values that a look tells of each thing, after the path.
var shapes = map[string]int{"closed": 1, "out": 1, "shut": 2, "folder": 1, "private": 2, "large": 2, "tree": 1, "checkout": 5, "build": 0}

func (l *look) learn(part []byte, globbed map[string][]string) error {
	next := func() string {
		value, rest, _ := bytes.Cut(part, []byte{0})
		part = rest
		return string(value)
	}
	for what := next(); what != "tar"; what = next() {
		count, ok := shapes[what]
		if !ok {
			return fmt.Errorf("read files: %q is told of none", what)
		}
		p, values := path.Clean("/"+next()), make([]string, count)
		for i := range values {
			values[i] = next()
		}
		if err := l.learnRow(what, p, values, globbed); err != nil {
			return err
		}
	}
	return l.learnTar(part, globbed)
}

func (l *look) learnRow(what, p string, v []string, globbed map[string][]string) error {
	var s State
	var err error
	switch what {
	case "closed":
		l.deny(p, l.h.unreadable)
		l.matched(p, globbed)
		return nil
	case "out":
		l.deny(p, func(p string, f *folder) denied { return l.h.leadsOut(p, v[0], f) })
		l.matched(p, globbed)
		return nil
	case "shut": // a pattern that may find something in a folder that is not open
		k, dir := key{kindGlob, p}, path.Clean("/"+v[0])
		if f := l.h.foreign(dir + "/"); f != nil && f.Rights == l.rights && contains(l.q[kindGlob], p) {
			l.h.before[k] = l.h.unreadable(dir, f)
			if v[1] != "" {
				l.h.before[k] = l.h.leadsOut(dir, v[1], f)
			}
		}
		return nil
	case "folder":
		what = kindPath
		s, err = likeNode(v[0], node{Type: typeDir})
		l.matched(p, globbed)
	case "large":
		what = kindPath
		s, err = likeNode(v[0], node{Type: typeFile, Closed: true, Digest: v[1]})
		l.matched(p, globbed)
	case kindPrivate:
		s, err = likeNode(v[0], node{Type: typeFile, Closed: true, Digest: v[1]})
	case kindTree:
		s, err = l.readTree(p, v[0])
	case kindCheckout:
		s = checkoutOf(v)
	case kindBuild:
		s = build{}
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", p, err)
	}
	l.tell(what, p, s)
	return nil
}

// matches reports whether one of the patterns shows the path.
func matches(patterns []string, p string) bool {
	return slices.ContainsFunc(patterns, func(g string) bool { ok, _ := path.Match(g, p); return ok })
}

// matched notes for which patterns a path was found.
func (l *look) matched(p string, globbed map[string][]string) {
	if f := l.h.foreign(p); (f == nil) != (l.rights == "") || f != nil && f.Rights != l.rights {
		return
	}
	for up := path.Dir(p); up != "/"; up = path.Dir(up) {
		l.h.stand[up] = true
	}
	for _, g := range l.q[kindGlob] {
		if ok, _ := path.Match(g, p); ok && !slices.Contains(globbed[g], p) {
			globbed[g] = append(globbed[g], p)
		}
	}
}

// likeNode gives a node mode, owner and group, which are told a line each.
func likeNode(text string, n node) (State, error) {
	f := strings.Split(text, "\n")
	if len(f) != 3 {
		return nil, fmt.Errorf("mode, owner and group are %q", text)
	}
	mode, err := strconv.ParseUint(f[0], 8, 16)
	if err != nil {
		return nil, fmt.Errorf("the mode: %w", err)
	}
	n.Mode, n.Owner, n.Group = uint32(mode), f[1], f[2]
	return n, nil
}

// learnTar takes the tar stream apart, in which type, mode, owner and content have one
// standard form.
func (l *look) learnTar(stream []byte, globbed map[string][]string) error {
	found := map[string]node{}
	r := tar.NewReader(bytes.NewReader(stream))
	for len(stream) > 0 {
		hd, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("read files: the tar stream is damaged: %w", err)
		}
		if hd.Size > maxFile {
			return fmt.Errorf("read %s: %d bytes, more than the %d of any configuration", hd.Name, hd.Size, maxFile)
		}
		content := make([]byte, min(hd.Size, int64(len(stream)))) // no more than there is
		if _, err := io.ReadFull(r, content); err != nil {
			return fmt.Errorf("read %s: %w", hd.Name, err)
		}
		p := path.Clean("/" + strings.TrimPrefix(hd.Name, "."))
		if _, again := found[p]; !again {
			found[p] = nodeOf(hd, content, found)
			l.tell(kindPath, p, found[p])
			l.matched(p, globbed)
		}
	}
	return nil
}
