package tasktest

import "strings"

// built marks a folder that a fake host has built.
const built = "/.odooctl-built"

func init() {
	fakes["build"] = fake{
		verbs: map[string]verb{"begin_build": beginBuild, "build": build},
		row:   func(h *host, dir string) ([]string, bool) { return nil, h.files[dir+built].Kind == 'f' },
	}
}

func beginBuild(t *transaction, arg []string) error {
	t.h.dropTree(arg[0])
	return t.h.place(arg[0], directory)
}

// build puts into a folder what the test says under "brings", by the paths that it has
// then.
func build(t *transaction, arg []string) error {
	t.h.put(arg[0]+built, plainFile(""))
	for p, text := range t.h.brings {
		if strings.HasPrefix(p, arg[0]+"/") {
			t.h.put(p, plainFile(text))
		}
	}
	return nil
}
