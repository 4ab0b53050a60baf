package tasks

import (
	"fmt"
	"path"
	"strings"
)

// File is a file of a host, to read and to edit. Symbolic links are followed, and the
// target is edited. A link in a folder that others than root may write to must not lead
// out of it: that fails the task.
type File struct {
	h    *Host
	path string
}

// File returns the file at an absolute path.
func (h *Host) File(p string) *File { return &File{h: h, path: h.follow(p)} }

// follow returns where a path leads, links followed. A link that leads out of a folder
// of others is not followed.
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

// Path returns the file's path, links followed.
func (f *File) Path() string { return f.path }

// Exists reports whether it exists as a regular file.
func (f *File) Exists() bool {
	n, ok := f.h.node(f.path)
	return ok && n.Type == typeFile
}

// Text returns the content; "" if the file does not exist. A file of more than 1 MiB is
// not read, and fails the task.
func (f *File) Text() string {
	n, _ := f.h.node(f.path)
	if n.Closed && !f.h.private[f.path] {
		f.h.deny(f.Errorf("it is larger than 1 MiB, too large to edit: move it away, or set its whole content"))
	}
	return n.Content
}

// SetText sets the content. A new file is root:root 0644; an existing one keeps owner
// and mode. See Own.
func (f *File) SetText(text string) *File {
	n := f.regular()
	if n.Closed && n.Digest == digest(text) {
		return f
	}
	n.Content, n.Generator, n.Closed, n.Digest = text, "", false, ""
	f.h.setNode(f.path, n)
	return f
}

// Own sets owner, group and mode, such as 0o640.
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

// Owner returns the owner, group and mode that the file has or, if it is new, would
// get.
func (f *File) Owner() (owner, group string, mode uint32) {
	n := f.regular()
	return n.Owner, n.Group, n.Mode
}

// State returns a value for comparison that changes whenever anything about the file
// does.
func (f *File) State() any {
	n, ok := f.h.node(f.path)
	if !ok {
		return nil
	}
	return n
}

// Remove removes the file, if it exists.
func (f *File) Remove() {
	if _, ok := f.h.node(f.path); ok {
		f.h.set(key{kindPath, f.path}, nil)
	}
}

// Hide keeps secrets out of diffs: what is passed to mask is shown as a keyed digest.
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

// Directory ensures that a directory exists with this owner, group and mode; links are
// followed as by File. Missing parents are created as root:root 0755.
func (h *Host) Directory(p, owner, group string, mode uint32) {
	p = h.follow(p)
	for up := path.Dir(p); up != "/" && !h.stand[up]; up = path.Dir(up) {
		if _, ok := h.node(up); !ok {
			h.setNode(up, node{Type: typeDir, Mode: 0o755, Owner: "root", Group: "root"})
		}
	}
	h.setNode(p, node{Type: typeDir, Mode: mode, Owner: owner, Group: group})
}

// Stat returns the attributes of a path; ok is false if it does not exist or was not
// read yet.
func (h *Host) Stat(p string) (a Attributes, ok bool) {
	n, ok := h.node(p)
	if !ok {
		return a, false
	}
	return *attributes(n), true
}

// IsDirectory reports whether the path is a directory.
func (h *Host) IsDirectory(p string) bool {
	n, ok := h.node(p)
	return ok && n.Type == typeDir
}

// IsLink reports whether the path is a symbolic link. It does not request the link's
// target, which would take another reading.
func (h *Host) IsLink(p string) bool {
	n, ok := h.node(p)
	return ok && n.Type == typeLink
}

// Link ensures that the path is a symbolic link to target, and reports whether that is
// a change.
func (h *Host) Link(p, target string) (changed bool) {
	n, ok := h.node(p)
	if ok && n.Type == typeLink && n.Target == target {
		return false
	}
	h.setNode(p, node{Type: typeLink, Mode: 0o777, Owner: "root", Group: "root", Target: target})
	return true
}

// Target returns the target of the symbolic link at a path; "" if there is none, or it
// was not read yet.
func (h *Host) Target(p string) string {
	n, _ := h.node(p)
	return n.Target
}

// Unlink removes the symbolic link or file at a path, and reports whether there was
// one.
func (h *Host) Unlink(p string) (changed bool) {
	if _, ok := h.node(p); !ok {
		return false
	}
	h.set(key{kindPath, p}, nil)
	return true
}

// pem reports whether text begins like a certificate (RFC 7468).
func pem(text string) bool { return strings.HasPrefix(text, "-----BEGIN ") }

// binary reports whether text cannot be shown as lines.
func binary(text string) bool { return strings.ContainsRune(text, 0) }
