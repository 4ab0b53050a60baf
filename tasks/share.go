package tasks

import (
	"cmp"
	_ "embed"
	"maps"
	"path"
	"slices"
	"strings"

	"odooctl/remote/shell"
)

//go:embed look.sh
var lookShell string

//go:embed share.sh
var shareShell string

// whose are the shell functions that determine a path's owner, and access it with the
// owner's rights.
var whose = Rights + join(verbFiles, "whose")

// standing is how the things at paths are looked for, all kinds in one pass.
type standing struct {
	within  string // appended to the path, leads into the folder whose owner's rights apply
	pattern bool   // it is asked for by pattern
	values  int    // number of values after the path
	state   func(l *look, path string, values []string) (State, error)
}

// readFiles answers questions about paths. Names and patterns come from tasks.
func readFiles(a Asked) string {
	var items []string
	folders := map[string]bool{".": true} // as words of shell
	for _, k := range kinds {
		if k.at == nil {
			continue
		}
		for _, p := range a.Of(k.Name) {
			items = append(items, k.Name, shell.Quote("."+p))
			for up := path.Dir(p + k.at.within); up != "/"; up = path.Dir(up) {
				if k.at.pattern {
					folders["."+shell.Pattern(up)] = true
				} else {
					folders[shell.Quote("."+up)] = true
				}
			}
		}
	}
	if len(items) == 0 {
		return ""
	}
	// A function, for its patterns may have other folders at each try.
	return "cd " + shell.Quote(a.root) + "/ || exit\nlook=" + shell.Quote(shell.Bare(lookShell)) + "\n" +
		shell.Bare(shareShell) + "folders() { judge " + strings.Join(parentsFirst(folders), " ") + "; }\nagree\nshare " +
		strings.Join(items, " ") + "\n"
}

// parentsFirst sorts folders so that parents come before their children.
func parentsFirst(folders map[string]bool) []string {
	return slices.SortedFunc(maps.Keys(folders), func(a, b string) int {
		return cmp.Or(strings.Count(a, "/")-strings.Count(b, "/"), strings.Compare(a, b))
	})
}
