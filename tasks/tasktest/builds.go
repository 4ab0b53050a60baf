package tasktest

import "strings"

// built marks a folder that a fake host has made itself.
const built = "/.odooctl-built"

func init() {
	verbs := map[string]verb{}
	for _, name := range []string{"begin_build", "build"} {
		verbs[name] = func(t *transaction, arg []string) error { return t.build(append([]string{name}, arg...)) }
	}
	fakes["build"] = fake{verbs: verbs, row: func(h *host, dir string) ([]string, bool) {
		_, ok := h.files[dir+built]
		return nil, ok
	}}
}

// build runs the verbs for folders that the host makes itself. What comes into a
// folder is what the test says under "brings", by the paths that it has then.
func (t *transaction) build(c []string) error {
	h, dir := t.h, c[1]
	switch c[0] {
	case "begin_build":
		h.dropTree(dir)
		h.put(dir, File{Kind: 'd', Owner: "root", Group: "root", Mode: 0o755})
	case "build":
		h.put(dir+built, File{Kind: 'f', Owner: "root", Group: "root", Mode: 0o644})
		for p, text := range h.brings {
			if strings.HasPrefix(p, dir+"/") {
				h.put(p, File{Kind: 'f', Owner: "root", Group: "root", Mode: 0o644, Text: text})
			}
		}
	}
	return nil
}
