package tasks

import (
	"fmt"
	"strconv"
	"strings"
)

const kindPrivate = "private"

// Private returns a file whose content never leaves the host, such as a private
// key: only its type, owner and mode are read. It can be born there, owned and
// removed; its text is empty.
func (h *Host) Private(p string) *File {
	h.private[p] = true
	return &File{h: h, path: p}
}

// readPrivates prints mode, owner, group and name of each file that exists.
func readPrivates(root string, names []string) string {
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf("for p in %s; do [ ! -f %s\"$p\" ] || echo \"$(stat -c '%%a %%U %%G' %s\"$p\") $p\"; done\n", quoteAll(names), quote(root), quote(root))
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
		f := strings.SplitN(strings.TrimSuffix(line, "\n"), " ", 4)
		if len(f) != 4 {
			return fmt.Errorf("read private files: %q", line)
		}
		mode, err := strconv.ParseUint(f[0], 8, 16)
		if err != nil {
			return fmt.Errorf("read private files: the mode in %q: %w", line, err)
		}
		h.before[key{kindPath, f[3]}] = node{Type: typeFile, Mode: uint32(mode), Owner: f[1], Group: f[2], Closed: true}
	}
	return nil
}
