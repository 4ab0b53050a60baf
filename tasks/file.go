package tasks

import (
	"fmt"
	"path"
	"strings"
)

// File is the file at a path of a host, to read and to edit. A symbolic link is
// followed: the file that it points to is the one that is edited. One that stands in a
// folder of others and leads out of it is not: that is an error of the task.
type File struct {
	h    *Host
	path string
}

// File returns the file at an absolute path.
func (h *Host) File(p string) *File { return &File{h: h, path: h.follow(p)} }

// follow returns where a path leads, links followed. A link in a folder of others that
// leads out of it is not.
func (h *Host) follow(p string) string {
	asked := p
	for range 8 {
		n, ok := h.node(p)
		if !ok || n.Type != typeLink {
			break
		}
		to := path.Clean(n.Target)
		if !path.IsAbs(to) {
			to = path.Join(path.Dir(p), to)
		}
		if f := h.foreign(p); f != nil && !inside(to, f.Path) {
			h.deny(h.leadsOut(p, to, f).err)
			break
		}
		p = to
		h.ways[p] = asked
	}
	return p
}

// Path returns where the file stands, links followed.
func (f *File) Path() string { return f.path }

// Exists reports whether a regular file stands there.
func (f *File) Exists() bool {
	n, ok := f.h.node(f.path)
	return ok && n.Type == typeFile
}

// Text returns the content; "" where the file does not exist. One of more than 1 MiB is
// not read, and then it is an error of the task.
func (f *File) Text() string {
	n, _ := f.h.node(f.path)
	if n.Closed && !f.h.private[f.path] {
		f.h.deny(f.Errorf("it is larger than 1 MiB, and no text of that size is read to be edited: move it away, or give it a content as a whole"))
	}
	return n.Content
}

// SetText gives the file a content. A new file is root:root 0644; what exists
// keeps its owner and mode. See Own.
func (f *File) SetText(text string) *File {
	n := f.regular()
	if n.Closed && n.Digest == digest(text) {
		return f
	}
	n.Content, n.Generator, n.Closed, n.Digest = text, "", false, ""
	f.h.setNode(f.path, n)
	return f
}

// Own gives the file an owner, a group and a mode such as 0o640.
func (f *File) Own(owner, group string, mode uint32) *File {
	n := f.regular()
	n.Owner, n.Group, n.Mode = owner, group, mode
	f.h.setNode(f.path, n)
	return f
}

// Generate has the content made on the host, by shell that writes it to the file
// "$1", so that a private key never leaves it. The plan shows it as known after
// apply. It does nothing where the file exists and force is false.
func (f *File) Generate(shell string, force bool) *File {
	if f.Exists() && !force {
		return f
	}
	n := f.regular()
	n.Content, n.Generator, n.Closed, n.Digest = "", shell, false, ""
	f.h.setNode(f.path, n)
	return f
}

// Owner returns the owner, group and mode that the file has or, where it is new,
// would get.
func (f *File) Owner() (owner, group string, mode uint32) {
	n := f.regular()
	return n.Owner, n.Group, n.Mode
}

// State returns how the file stands in the picture, for comparing: it is equal to
// another one while nothing about the file changes.
func (f *File) State() any {
	n, ok := f.h.node(f.path)
	if !ok {
		return nil
	}
	return n
}

// Remove takes the file away. It does nothing where there is none.
func (f *File) Remove() {
	if _, ok := f.h.node(f.path); ok {
		f.h.set(key{kindPath, f.path}, nil)
	}
}

// Hide keeps secrets out of diffs: what is given to mask is shown as a keyed digest.
func (f *File) Hide(secrets Hiding) *File {
	f.h.hidden[f.path] = secrets
	return f
}

// Errorf returns an error that names the host and the file.
func (f *File) Errorf(format string, args ...any) error {
	return fmt.Errorf("%s:%s: %w", f.h.Name, f.path, fmt.Errorf(format, args...))
}

func (f *File) regular() node {
	n, ok := f.h.node(f.path)
	if !ok || n.Type != typeFile {
		return node{Type: typeFile, Mode: 0o644, Owner: "root", Group: "root"}
	}
	return n
}

// Directory makes sure that a directory stands at an absolute path with this owner,
// group and mode; a link is followed as File follows it. Directories above it are made too, as root:root 0755,
// where they are missing.
func (h *Host) Directory(p, owner, group string, mode uint32) {
	p = h.follow(p)
	for up := path.Dir(p); up != "/" && !h.stand[up]; up = path.Dir(up) {
		if _, ok := h.node(up); !ok {
			h.setNode(up, node{Type: typeDir, Mode: 0o755, Owner: "root", Group: "root"})
		}
	}
	h.setNode(p, node{Type: typeDir, Mode: mode, Owner: owner, Group: group})
}

// Stat returns how a path is; ok is false where nothing stands there, or it was
// not read yet.
func (h *Host) Stat(p string) (a Attributes, ok bool) {
	n, ok := h.node(p)
	if !ok {
		return a, false
	}
	return *attributes(n), true
}

// IsDirectory reports whether a directory stands at the path.
func (h *Host) IsDirectory(p string) bool {
	n, ok := h.node(p)
	return ok && n.Type == typeDir
}

// IsLink reports whether a symbolic link stands at the path. It asks nothing of
// what the link points to, which would take another reading.
func (h *Host) IsLink(p string) bool {
	n, ok := h.node(p)
	return ok && n.Type == typeLink
}

// Link makes sure that a symbolic link at an absolute path points to target, and
// reports whether it did not.
func (h *Host) Link(p, target string) (changed bool) {
	n, ok := h.node(p)
	if ok && n.Type == typeLink && n.Target == target {
		return false
	}
	h.setNode(p, node{Type: typeLink, Mode: 0o777, Owner: "root", Group: "root", Target: target})
	return true
}

// Target returns where the symbolic link at a path points to; "" where there is
// none, or it was not read yet.
func (h *Host) Target(p string) string {
	n, _ := h.node(p)
	return n.Target
}

// Unlink removes the symbolic link or file at a path, and reports whether there
// was one.
func (h *Host) Unlink(p string) (changed bool) {
	if _, ok := h.node(p); !ok {
		return false
	}
	h.set(key{kindPath, p}, nil)
	return true
}

// pem reports whether text begins with a block as in certificates (RFC 7468).
func pem(text string) bool { return strings.HasPrefix(text, "-----BEGIN ") }

// binary reports whether text cannot be shown as lines.
func binary(text string) bool { return strings.ContainsRune(text, 0) }
