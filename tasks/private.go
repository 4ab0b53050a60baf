package tasks

import (
	"crypto/sha256"
	"encoding/hex"
)

const kindPrivate = "private"

var privates = &Kind{Name: kindPrivate, at: &standing{
	within: "/.", values: 2,
	state: func(_ *look, _ string, v []string) (State, error) {
		return likeNode(v[0], node{Type: typeFile, Closed: true, Digest: v[1]})
	},
}}

// Private returns a file whose content never leaves the host, such as a private
// key: only its type, owner, mode and a digest are read. It can be generated there,
// given a text, owned and removed; its text is empty, and no diff shows a line of
// it.
func (h *Host) Private(p string) *File {
	h.private[p] = true
	h.hidden[p] = all
	return &File{h: h, path: p}
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
