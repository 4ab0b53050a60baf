package tasks

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

const kindPrivate = "private"

// Private returns a file whose content never leaves the host, such as a private
// key: only its type, owner, mode and a digest are read. It can be born there,
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

// readPrivates prints mode, owner, group, digest and name of each file that
// exists. Nobody guesses a key from its digest.
func readPrivates(root string, names []string) string {
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf("for p in %s; do [ ! -f %s\"$p\" ] || echo \"$(stat -c '%%a %%U %%G' %s\"$p\") $(sha256sum <%s\"$p\" | cut -d ' ' -f 1) $p\"; done\n", quoteAll(names), quote(root), quote(root), quote(root))
}

func (h *Host) learnPrivates(text string, names []string) error {
	for _, p := range names {
		h.before[key{kindPath, p}] = nil
		h.before[key{kindPrivate, p}] = answered{}
	}
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		f := strings.SplitN(strings.TrimSuffix(line, "\n"), " ", 5)
		if len(f) != 5 {
			return fmt.Errorf("read private files: %q", line)
		}
		mode, err := strconv.ParseUint(f[0], 8, 16)
		if err != nil {
			return fmt.Errorf("read private files: the mode in %q: %w", line, err)
		}
		h.before[key{kindPath, f[4]}] = node{Type: typeFile, Mode: uint32(mode), Owner: f[1], Group: f[2], Closed: true, Digest: f[3]}
	}
	return nil
}
