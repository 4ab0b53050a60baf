package tasktest

import (
	"fmt"
	"strings"
)

// built marks a folder that a fake host has built.
const built = "/.odooctl-built"

func init() {
	verbs := map[string]verb{}
	for _, name := range []string{"expect_unbuilt", "begin_build", "build"} {
		verbs[name] = func(t *transaction, arg []string) error { return t.build(append([]string{name}, arg...)) }
	}
	fakes["build"] = fake{verbs: verbs, row: func(h *host, dir string) ([]string, bool) {
		_, ok := h.files[dir+built]
		return nil, ok
	}}
}

// build runs the functions for folders that the host builds. A folder's content is from
// the test's section "brings", by the paths that it has then.
func (t *transaction) build(c []string) error {
	h, dir := t.h, c[1]
	switch c[0] {
	case "expect_unbuilt":
		if _, ok := h.files[dir]; ok {
			return fmt.Errorf("stale: %s exists", dir)
		}
	case "begin_build":
		h.dropTree(dir)
		h.put(dir, file{kind: 'd', owner: "root", group: "root", mode: 0o755})
	case "build":
		h.put(dir+built, file{kind: 'f', owner: "root", group: "root", mode: 0o644})
		for p, text := range h.brings {
			if strings.HasPrefix(p, dir+"/") {
				h.put(p, file{kind: 'f', owner: "root", group: "root", mode: 0o644, text: text})
			}
		}
	}
	return nil
}
