package odoo

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"odooctl/inventory"
	"odooctl/tasks"
)

func init() {
	tasks.Register("odoo.addons", "folders of modules, from the operator's machine or from git, on every Odoo host",
		func() tasks.Task { return &Addons{} })
}

// Addons manages the folders of modules that the inventory lists. A local folder is
// copied, only files that differ; a git repository is checked out at its revision.
type Addons struct{}

// Plan implements tasks.Task.
func (Addons) Plan(h *tasks.Host) (first error) {
	for _, i := range Instances(h) {
		if i.Odoo.Source() != nil && awaited(h, i.Deployment) {
			continue // these come with the sources, which are first
		}
		first = cmp.Or(first, i.bring(h))
	}
	return first
}

// bring manages all folders of modules of the instance.
func (i Instance) bring(h *tasks.Host) (first error) {
	var changed []string
	for _, a := range i.Odoo.Addons {
		changes, err := i.addons(h, a)
		first = cmp.Or(first, err)
		if changes {
			changed = append(changed, i.folderOf(a))
		}
	}
	if first == nil && len(changed) > 0 {
		i.loads(h, changed)
	}
	return first
}

func (i Instance) addons(h *tasks.Host, a inventory.Addons) (changes bool, err error) {
	dir := i.folderOf(a)
	h.Directory(i.code()+"/addons", "root", "root", 0o755)
	if a.Git != "" {
		return !h.HasCheckout(dir, a.Git, a.Rev), i.checkout(h, dir, a.Git, a.Rev, a.Name+" is at "+a.Rev)
	}
	files, err := a.Folder.Files()
	if err != nil {
		return false, fmt.Errorf("%s: %w", a.Pos, err)
	}
	if len(files) == 0 {
		return false, fmt.Errorf("%s: %s has no files: a folder of modules has one folder for each", a.Pos, a.Folder.Path)
	}
	if h.Tree(dir, treeOf(files)) {
		return false, nil
	}
	i.restart(h, "modules in "+a.Name+" changed")
	return true, nil
}

//go:embed loads.py
var loadsProgram string

// loads tests before the old Odoo stops whether it could load what is to be there: the
// modules in folders that change, and those that the inventory names. See loads.py.
func (i Instance) loads(h *tasks.Host, changed []string) {
	if awaited(h, i.Deployment) {
		return // nothing runs yet that could be broken
	}
	major, err := Major(h, i.Deployment)
	if err != nil || major == 0 {
		return // reported where it is asked for
	}
	own := fmt.Sprintf("%s/addons/%d.0", i.Data(), major) // Odoo searches it first
	asked, err := json.Marshal(map[string]any{
		"changed": changed, "folders": append([]string{own}, i.folders()...), "conf": i.Config, "databases": i.Odoo.Databases,
		"install": i.Odoo.Modules.Install, "update": slices.Concat(i.Odoo.Modules.Update, updates(h)),
	})
	if err != nil {
		return // text alone cannot fail
	}
	h.Check(tasks.Check{Unit: i.Unit, Title: "Odoo can load its modules",
		Run: i.runs(i.python(major), loadsProgram, []string{string(asked)}), Live: i.renews(h)})
}

func treeOf(files []inventory.FolderFile) map[string]tasks.TreeFile {
	all := map[string]tasks.TreeFile{}
	for _, f := range files {
		all[f.Path] = tasks.TreeFile{Size: f.Size, Sum: f.Sum, Executable: f.Executable, Open: f.Open}
	}
	return all
}

// hasCode reports whether the host had the code of all folders when it was read. An
// unreadable local folder is reported where it is copied.
func (i Instance) hasCode(h *tasks.Host) bool {
	has := !i.onItsWay(h)
	for _, a := range i.Odoo.Addons {
		if a.Git != "" {
			continue
		}
		if files, err := a.Folder.Files(); err == nil && !h.HasTree(i.folderOf(a), treeOf(files)) {
			has = false
		}
	}
	return has
}

// checkout keeps a git repository at a revision; git is installed first.
func (i Instance) checkout(h *tasks.Host, dir, url, rev, why string) error {
	h.HasCheckout(dir, url, rev) // read in the same round
	ok, err := h.Package("git")
	if err != nil {
		return fmt.Errorf("%s: %w", i.Odoo.Pos, err)
	}
	if !ok {
		h.Unknown("%s of %s, for git is installed first", rev, url)
		return nil
	}
	if !h.Checkout(dir, url, rev) {
		i.restart(h, why)
	}
	return nil
}

// code is the folder of the code that Odoo runs and that is from no package.
func (i Instance) code() string { return "/opt/" + i.User }

func (i Instance) folderOf(a inventory.Addons) string { return i.code() + "/addons/" + a.Name }

// onItsWay reports whether this plan brings modules whose versions are known only
// afterwards.
func (i Instance) onItsWay(h *tasks.Host) (missing bool) {
	missing = i.Odoo.Source() != nil && awaited(h, i.Deployment)
	for _, a := range i.Odoo.Addons {
		if a.Git != "" {
			missing = missing || !h.HasCheckout(i.folderOf(a), a.Git, a.Rev)
		}
	}
	return missing
}

// brought returns the manifest of a module from a local folder.
func (i Instance) brought(module string) (text string, ok bool) {
	for _, a := range i.Odoo.Addons {
		if a.Git != "" {
			continue
		}
		files, err := a.Folder.Files()
		if err != nil {
			return "", false // reported where the folder is copied
		}
		for _, name := range []string{"/__manifest__.py", "/__openerp__.py"} {
			n, found := slices.BinarySearchFunc(files, module+name, func(f inventory.FolderFile, path string) int {
				return strings.Compare(f.Path, path)
			})
			if !found {
				continue
			}
			text, err := files[n].Read()
			return string(text), err == nil
		}
	}
	return "", false
}
