package odoo

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"path"
	"regexp"
	"strings"

	"odooctl/inventory"
	"odooctl/remote/shell"
	"odooctl/tasks"
)

// sourceOf and environmentOf are the links to the tree and to the virtual environment
// that a deployment's Odoo runs from.
func sourceOf(d *inventory.Deployment) string      { return "/opt/" + userName(d.Name) + "/source" }
func environmentOf(d *inventory.Deployment) string { return "/opt/" + userName(d.Name) + "/venv" }

// source manages a tree of Odoo's sources and the virtual environment for its
// requirements, each version in a folder of its own. The tree comes first, unused; once
// it can be read, the rest is planned: the environment, the links, the configuration,
// the restart.
func (i Instance) source(h *tasks.Host) error {
	s := i.Odoo.Source()
	tree, err := sourceTree(i.Deployment)
	if err != nil {
		return err
	}
	release, wants := h.File(tree.Dir()+"/odoo/release.py"), h.File(tree.Dir()+"/requirements.txt")
	there := h.HasBuild(tree.Dir())
	version, err := i.hostPython(h)
	if err != nil {
		return err
	}
	if packageTakenBy(h) == i.Name {
		return fmt.Errorf("%s: %s runs from Odoo's package on %s, as user odoo and with its attachments in /var/lib/odoo; "+
			"from source it gets the user %s: stop it, move its files to %s for that user, remove %s%s.d/%s.conf, and apply "+
			"again", s.Pos, i.Name, h.Name, i.User, i.Home, units, Unit, dropIn)
	}
	if f, err := h.Facts(); err == nil && s.SitePackages && Packaged(f) != "" &&
		Packaged(f) != fmt.Sprintf("%d.0", i.Odoo.Major()) {
		return fmt.Errorf("%s: site_packages would show this Odoo %d the modules of the package of Odoo %s on %s too "+
			"(pkgutil.extend_path): leave it out, or remove the package", s.Pos, i.Odoo.Major(), Packaged(f), h.Name)
	}
	h.Directory("/etc/odoo", "root", "root", 0o755)
	h.Directory(i.code(), "root", "root", 0o755)
	if err := i.sourcePackages(h); err != nil {
		return err
	}
	if from := SourceOf(h, i.Deployment); from != "" && !there {
		tree.What = from + " -> " + tree.What
	}
	if h.Build(tree); !there {
		h.Unknown(installedFirst, i.Name)
		return nil
	}
	if err := i.checkRelease(h, release.Text(), version); err != nil {
		return err
	}
	if !wants.Exists() && len(s.Requirements) == 0 {
		return fmt.Errorf("%s: %s has no requirements.txt: say what it needs, requirements: [...]", s.Pos, tree.What)
	}
	environment := i.environment(tree, version, wants.Text())
	h.Build(environment)
	if h.Link(tree.Link, path.Base(tree.Dir())) {
		i.restart(h, "its source is "+tree.What)
	}
	if h.Link(environment.Link, path.Base(environment.Dir())) {
		i.restart(h, "its Python packages changed")
	}
	return nil
}

// SourceOf names the tree that a deployment's Odoo runs from on a host, such as
// 0123456789ab for a commit; "" if it does not run from source, or the host was not
// read.
func SourceOf(h *tasks.Host, d *inventory.Deployment) string {
	if d.Odoo.Source() == nil {
		return ""
	}
	name, _ := strings.CutPrefix(h.Target(sourceOf(d)), path.Base(sourceOf(d))+"-")
	return name
}

// treeAddons is the folder of modules beside the package odoo in a git repository.
// Archives of nightly.odoo.com have them all in the package.
func (i Instance) treeAddons(h *tasks.Host) []string {
	tree, err := sourceTree(i.Deployment)
	if i.Odoo.Source() == nil || err != nil || !h.File(tree.Dir()+"/addons/web/__manifest__.py").Exists() {
		return nil
	}
	return []string{tree.Link + "/addons"}
}

//go:embed source.sh
var makeSource string

var commit = regexp.MustCompile(`^[0-9a-f]{40}$`)

// sourceTree is the folder with the sources of a deployment that runs from source, and
// how the host makes it. It is named by its content: a commit, or a digest.
func sourceTree(d *inventory.Deployment) (b tasks.Build, err error) {
	s := d.Odoo.Source()
	switch {
	case s == nil:
		return b, nil
	case s.Git != "":
		b = tasks.Build{Link: sourceOf(d), Version: folderVersion(s.Rev, s.Git),
			What: fmt.Sprintf("%s of %s", shortRev(s.Rev), s.Git)}
		b.Run = `fetch_tree "$1" ` + shell.Words("/var/cache/odooctl-git/"+digest(s.Git), s.Git, s.Rev)
	default:
		sum, err := s.Archive.Digest()
		if err != nil {
			return b, fmt.Errorf("%s: %w", s.Pos, err)
		}
		text, err := s.Archive.Read()
		if err != nil {
			return b, fmt.Errorf("%s: %w", s.Pos, err)
		}
		name := path.Base(s.Archive.Path)
		b = tasks.Build{Link: sourceOf(d), Version: folderVersion(withoutForm(name), sum), What: name,
			Input: string(text)}
		b.Run = `unpack_tar "$1" "$2"`
		if strings.HasSuffix(name, ".zip") {
			b.Run = `unpack_zip "$1" "$2" ` + shell.Quote(program(s))
		}
	}
	b.Run = shell.Bare(makeSource) + b.Run + "\n" + `finish_tree "$1" ` + shell.Quote(program(s)) + "\n"
	return b, nil
}

func withoutForm(name string) string {
	for _, form := range []string{".zip", ".tgz", ".gz", ".tar"} {
		name = strings.TrimSuffix(name, form)
	}
	return name
}

// folderVersion names a folder. A commit identifies itself.
func folderVersion(rev, of string) string {
	if commit.MatchString(rev) {
		return shortRev(rev)
	}
	return unusual.ReplaceAllString(rev, "-") + "-" + digest(rev, of)
}

var unusual = regexp.MustCompile(`[^A-Za-z0-9._+-]`)

func shortRev(rev string) string {
	if commit.MatchString(rev) {
		return rev[:12]
	}
	return rev
}

func digest(words ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(words, "\n")))
	return hex.EncodeToString(sum[:4])
}
