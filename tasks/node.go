package tasks

import (
	"archive/tar"
	"fmt"
	"path"
	"strings"
)

const (
	kindPath = "path"
	kindGlob = "glob"
)

var globs = &Kind{Name: kindGlob, at: &standing{pattern: true}}

// NodeType is the type of what is at a path.
type NodeType byte

// The types that tasks handle; other is everything else (a socket, a device).
const (
	typeFile  NodeType = 'f'
	typeDir   NodeType = 'd'
	typeLink  NodeType = 'l'
	typeOther NodeType = 'o'
)

// maxFile limits what is read of one file. A tar header can claim any size.
const maxFile = 64 << 20

// node is what is at one path.
type node struct {
	Type      NodeType
	Mode      uint32 // permission bits with set-uid, set-gid and sticky, as in chmod
	Owner     string
	Group     string
	Content   string // of a file
	Target    string // of a link
	Generator string // shell that makes the content on the host, where it is generated there
	Closed    bool   // the content was not read; see Private
	Digest    string // SHA-256 of a content that was not read, in hex
}

func (n node) Same(s State) bool {
	o, ok := s.(node)
	return ok && n == o
}

// node returns what is at the path in the picture; ok is false if nothing is. A path
// that an answered pattern would have matched needs no question.
func (h *Host) node(p string) (n node, ok bool) {
	k := key{kindPath, p}
	if _, read := h.before[k]; !read && h.globbed(p) {
		h.before[k] = nil
	}
	if _, read := h.before[k]; !read && h.private[p] {
		h.get(key{kindPrivate, p})
		n, ok = h.after[k].(node)
		return n, ok
	}
	n, ok = h.get(k).(node)
	return n, ok
}

// globbed reports whether an answered pattern would have matched the path. Shell
// patterns do not match hidden files.
func (h *Host) globbed(p string) bool {
	for _, g := range h.globs {
		if ok, _ := path.Match(g, p); ok && !strings.Contains(p, "/.") {
			return true
		}
	}
	return false
}

func (h *Host) setNode(p string, n node) {
	h.node(p)
	h.after[key{kindPath, p}] = n
}

// Glob returns the paths on the host that match a shell pattern with *, ? and [], in
// byte order, and reads what is there. It returns nothing until it was read.
func (h *Host) Glob(pattern string) []string {
	if list, ok := h.narrower(pattern); ok {
		return list
	}
	if s, ok := h.get(key{kindGlob, pattern}).(matching); ok {
		return s.list
	}
	return nil
}

// narrower answers a pattern by the answer to a wider one: what * stands for in the wider may be a * too.
func (h *Host) narrower(pattern string) (list []string, ok bool) {
	if _, own := h.before[key{kindGlob, pattern}]; own || strings.Contains(pattern, "/.") { // * is no hidden file
		return nil, false
	}
	for _, wide := range h.globs {
		if is, _ := path.Match(wide, pattern); !is || strings.ContainsAny(wide, `?[\`) {
			continue
		}
		for _, p := range h.Glob(wide) {
			if is, _ := path.Match(pattern, p); is {
				list = append(list, p)
			}
		}
		return list, true
	}
	return nil, false
}

// matching is the answer to a glob.
type matching struct{ list []string }

func (p matching) Same(s State) bool {
	o, ok := s.(matching)
	return ok && strings.Join(p.list, "\x00") == strings.Join(o.list, "\x00")
}

// nodeOf translates a tar header. A file with several names appears once with its
// content and then as hard links to that name.
func nodeOf(hd *tar.Header, content []byte, found map[string]node) node {
	n := node{Mode: uint32(hd.Mode) & 0o7777, Owner: hd.Uname, Group: hd.Gname}
	if n.Owner == "" {
		n.Owner = fmt.Sprint(hd.Uid)
	}
	if n.Group == "" {
		n.Group = fmt.Sprint(hd.Gid)
	}
	switch hd.Typeflag {
	case tar.TypeReg:
		n.Type, n.Content = typeFile, string(content)
	case tar.TypeLink:
		n.Type = typeFile
		n.Content = found[path.Clean("/"+strings.TrimPrefix(hd.Linkname, "."))].Content
	case tar.TypeDir:
		n.Type = typeDir
	case tar.TypeSymlink:
		n.Type, n.Target = typeLink, hd.Linkname
	default:
		n.Type = typeOther
	}
	return n
}
