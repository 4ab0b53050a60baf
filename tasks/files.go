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

// look is what one process found that ran with the rights of a folder's owner. It is
// trusted for that folder's content, and for nothing else.
type look struct {
	h      *Host
	q      Asked
	rights string
	nodes  map[string]node // from the tar
}

// learnFiles parses what was found at paths: what is missing from the answer does not
// exist.
func learnFiles(h *Host, a Answers) error {
	if readFiles(a.Asked) == "" {
		return nil
	}
	judged, err := h.learnFolders(a)
	if err != nil {
		return err
	}
	for _, k := range standings() {
		for _, p := range a.Of(k.Name) {
			h.before[pathKey(k.Name, p)] = nil
		}
	}
	for _, p := range a.Of(kindPrivate) {
		h.before[key{kindPrivate, p}] = answered{}
	}
	globbed := map[string][]string{}
	own := look{h, a.Asked, "", nil}
	if err := own.learn(a.parts["files"], globbed); err != nil {
		return err
	}
	for i, f := range judged {
		if slices.ContainsFunc(judged[:i], func(o folder) bool { return o.Rights == f.Rights }) {
			continue
		}
		theirs := look{h, a.Asked, f.Rights, nil}
		if theirs.learn(a.parts["files "+f.Rights], globbed) != nil {
			theirs.denyAll()
		}
	}
	for _, g := range a.Of(kindGlob) {
		if _, no := h.before[key{kindGlob, g}].(denied); !no {
			h.globs = append(h.globs, g)
			slices.Sort(globbed[g])
			h.before[key{kindGlob, g}] = matching{globbed[g]}
		}
	}
	return nil
}

// standings are the kinds of what may be found at a path.
func standings() []*Kind {
	return slices.DeleteFunc(slices.Clone(kinds), func(k *Kind) bool { return k.at == nil || k.at.pattern })
}

// pathKey is the picture's key of a question about a path.
func pathKey(kind, p string) key {
	if kind == kindPrivate {
		kind = kindPath
	}
	return key{kind, p}
}

// folderOf is the folder of others whose owner's rights a path is read with.
func (h *Host) folderOf(k *Kind, p string) *folder { return h.foreign(p + k.at.within) }

// tell stores a state, if this look was asked for it and is trusted for the path.
func (l *look) tell(k *Kind, p string, s State) {
	rights := ""
	if f := l.h.folderOf(k, p); f != nil {
		rights = f.Rights
	}
	asked := slices.Contains(l.q.Of(k.Name), p) || k.Name == kindPath && matches(l.q.Of(kindGlob), p)
	if k.Name == kindPath && l.h.private[p] { // a pattern matches it too, with its content
		asked = false
	}
	if asked && rights == l.rights {
		l.h.before[pathKey(k.Name, p)] = s
	}
}

// deny records why there is no answer about a path, for all that was asked of it.
func (l *look) deny(p string, why func(string, *folder) denied) {
	for _, k := range standings() {
		if f := l.h.folderOf(k, p); f != nil {
			l.tell(k, p, why(p, f))
		}
	}
}

// denyAll is for a look that was cut short.
func (l *look) denyAll() {
	for _, k := range standings() {
		for _, p := range l.q.Of(k.Name) {
			l.deny(p, l.h.unreadable)
		}
	}
	for i, f := range l.h.folders {
		for _, g := range l.q.Of(kindGlob) {
			n := strings.Count(f.Path, "/")
			if parts := strings.Split(path.Dir(g), "/"); f.Rights == l.rights && len(parts) > n {
				if ok, _ := path.Match(strings.Join(parts[:n+1], "/"), f.Path); ok {
					l.h.before[key{kindGlob, g}] = l.h.unreadable(g, &l.h.folders[i])
				}
			}
		}
	}
}

// shapes are how many values follow the path, for rows that are no kind's.
var shapes = map[string]int{"closed": 1, "out": 1, "shut": 2, "folder": 1, "large": 2}

func (l *look) learn(part []byte, globbed map[string][]string) error {
	next := func() string {
		value, rest, _ := bytes.Cut(part, []byte{0})
		part = rest
		return string(value)
	}
	for what := next(); what != "tar"; what = next() {
		count, ok := shapes[what]
		k := standingOf(what)
		if k != nil {
			count, ok = k.at.values, true
		}
		if !ok {
			return fmt.Errorf("read files: no path has %q", what)
		}
		p, values := path.Clean("/"+next()), make([]string, count)
		for i := range values {
			values[i] = next()
		}
		var err error
		if k != nil {
			err = l.learnState(k, p, values)
		} else {
			err = l.learnRow(what, p, values, globbed)
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", p, err)
		}
	}
	return l.learnTar(part, globbed)
}

// standingOf returns the kind that has rows under this name.
func standingOf(name string) *Kind {
	i := slices.IndexFunc(kinds, func(k *Kind) bool { return k.at != nil && k.at.state != nil && k.Name == name })
	if i < 0 {
		return nil
	}
	return kinds[i]
}

func (l *look) learnState(k *Kind, p string, values []string) error {
	s, err := k.at.state(l, p, values)
	if err == nil {
		l.tell(k, p, s)
	}
	return err
}

// learnRow parses a row that is no kind's answer.
func (l *look) learnRow(what, p string, v []string, globbed map[string][]string) error {
	switch what {
	case "closed":
		l.deny(p, l.h.unreadable)
	case "out":
		l.deny(p, func(p string, f *folder) denied { return l.h.leadsOut(p, v[0], f) })
	case "shut": // a pattern with possible matches in an unreadable folder
		k, dir := key{kindGlob, p}, path.Clean("/"+v[0])
		if f := l.h.foreign(dir + "/"); f != nil && f.Rights == l.rights && contains(l.q.Of(kindGlob), p) {
			l.h.before[k] = l.h.unreadable(dir, f)
			if v[1] != "" {
				l.h.before[k] = l.h.leadsOut(dir, v[1], f)
			}
		}
		return nil
	default: // a folder, or a large file
		n := node{Type: typeDir}
		if what == "large" {
			n = node{Type: typeFile, Closed: true, Digest: v[1]}
		}
		s, err := likeNode(v[0], n)
		if err != nil {
			return err
		}
		l.tell(kindOf(kindPath), p, s)
	}
	l.matched(p, globbed)
	return nil
}

// matches reports whether one of the patterns matches the path.
func matches(patterns []string, p string) bool {
	return slices.ContainsFunc(patterns, func(g string) bool { ok, _ := path.Match(g, p); return ok })
}

// matched records which patterns a path matches.
func (l *look) matched(p string, globbed map[string][]string) {
	if f := l.h.foreign(p); (f == nil) != (l.rights == "") || f != nil && f.Rights != l.rights {
		return
	}
	for up := path.Dir(p); up != "/"; up = path.Dir(up) {
		l.h.stand[up] = true
	}
	for _, g := range l.q.Of(kindGlob) {
		if ok, _ := path.Match(g, p); ok && !slices.Contains(globbed[g], p) {
			globbed[g] = append(globbed[g], p)
		}
	}
}

// likeNode sets mode, owner and group of a node, from a line each.
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

// learnTar parses the tar stream, in which type, mode, owner and content have one
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
		content := make([]byte, min(hd.Size, int64(len(stream)))) // not more than there is
		if _, err := io.ReadFull(r, content); err != nil {
			return fmt.Errorf("read %s: %w", hd.Name, err)
		}
		p := path.Clean("/" + strings.TrimPrefix(hd.Name, "."))
		if _, again := found[p]; !again {
			found[p] = nodeOf(hd, content, found)
			l.tell(kindOf(kindPath), p, found[p])
			l.matched(p, globbed)
		}
	}
	return nil
}
