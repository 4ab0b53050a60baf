package tasks

import (
	"cmp"
	_ "embed"
	"fmt"
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

// whose are the words that find out whose a path is, and get at it with their rights.
var whose = asOthers + join(verbFiles, "whose")

// readFiles answers what is asked of paths. Names and patterns come from tasks.
func readFiles(root string, q map[string][]string) string {
	var items []string
	folders := map[string]bool{".": true} // as words of shell
	ask := func(kind, p, in string) {
		items = append(items, kind, shell.Quote("."+p))
		for up := path.Dir(in); up != "/"; up = path.Dir(up) {
			if kind == kindGlob {
				folders["."+shell.Pattern(up)] = true
			} else {
				folders[shell.Quote("."+up)] = true
			}
		}
	}
	for _, p := range q[kindPath] {
		ask(kindPath, p, p)
	}
	for _, p := range q[kindGlob] {
		ask(kindGlob, p, p)
	}
	for _, p := range q[kindCheckout] { // its configuration says what git runs
		ask(kindCheckout, p, p+"/.git/config/.")
	}
	for _, kind := range []string{kindPrivate, kindTree, kindBuild} {
		for _, p := range q[kind] {
			ask(kind, p, p+"/.")
		}
	}
	if len(items) == 0 {
		return ""
	}
	return fmt.Sprintf(`cd %s/ || exit
look=%s
%sfor try in 1 2 3 4; do
	[ $try != 4 ] || { echo "folders come and go while they are read" >&2; exit 1; }
	judge %s && break
done
share %s
`, shell.Quote(root), shell.Quote(bare(lookShell)), bare(shareShell), strings.Join(parentsFirst(folders), " "), strings.Join(items, " "))
}

// parentsFirst lists folders so that each comes after those that it is in.
func parentsFirst(folders map[string]bool) []string {
	return slices.SortedFunc(maps.Keys(folders), func(a, b string) int {
		return cmp.Or(strings.Count(a, "/")-strings.Count(b, "/"), strings.Compare(a, b))
	})
}
