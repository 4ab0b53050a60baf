package inventory

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Addons is a folder of Odoo modules that hosts get: a copy of a Folder, or a checkout of
// a Git repository.
type Addons struct {
	Folder LocalFolder `yaml:"path"`
	Git    string      `yaml:"git"`
	Rev    string      `yaml:"rev"`  // of Git: a commit or a tag
	Name   string      `yaml:"name"` // of the folder on the host; left out, the last part of path or git
	Pos    Pos         `yaml:"-"`
}

// AddonsList is a list of Addons.
type AddonsList []Addons

func (l *AddonsList) decodeYAML(d *decoder, n *yaml.Node) bool {
	if n.Kind != yaml.SequenceNode {
		return d.errorf(n, "%s is %s: want a list of {path: FOLDER} and {git: URL, rev: COMMIT}", d.key(), kindName(n))
	}
	*l = make(AddonsList, len(n.Content))
	ok := true
	for i, item := range n.Content {
		ok = d.decode(item, &(*l)[i]) && ok
	}
	return ok
}

var folderName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

func (d *decoder) checkAddons(list AddonsList) {
	var names []string
	for i := range list {
		a := &list[i]
		if (a.Git == "") == a.Folder.IsZero() {
			d.errs.add(a.Pos, "addons: want {path: FOLDER} or {git: URL, rev: COMMIT}")
			continue
		}
		d.checkGit(a.Git, a.Rev, d.whereOf(a.Pos, &a.Git), d.whereOf(a.Pos, &a.Rev))
		if a.Name == "" {
			a.Name = strings.TrimSuffix(path.Base(a.Git+a.Folder.Path), ".git")
		}
		at := d.whereOf(a.Pos, &a.Name)
		switch {
		case !folderName.MatchString(a.Name):
			d.errs.add(at, "addons: %q cannot be the name of a folder on the host: give it a name, such as name: our-addons",
				a.Name)
		case slices.Contains(names, a.Name):
			d.errs.add(at, "addons: two of them are called %s: give one another name", a.Name)
		}
		names = append(names, a.Name)
	}
}

var (
	passwordInURL = regexp.MustCompile(`://[^/@]*:[^/@]*@`)
	gitURL        = regexp.MustCompile(`^(https?://|ssh://|git://|file://)[A-Za-z0-9@:/._~+-]+$`)
	gitRev        = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/+-]*$`)
)

// checkGit checks the address and the revision of a repository. They become words of a
// command on the hosts.
func (d *decoder) checkGit(url, rev string, atURL, atRev Pos) {
	switch {
	case url == "" && rev == "":
	case url == "":
		d.errs.add(atRev, "rev goes with git")
	case !gitURL.MatchString(url):
		d.errs.add(atURL, "git: %q: want an address that begins with https://, ssh://, git:// or file://", url)
	case passwordInURL.MatchString(url):
		d.errs.add(atURL, "git: the address has a password in it, which everybody on the host could read: use ssh:// with "+
			"a key of root's there, or root's .netrc")
	case rev == "":
		d.errs.add(atURL, "git needs rev: a commit or a tag, so that every host has the same")
	case !gitRev.MatchString(rev) || strings.Contains(rev, ".."):
		d.errs.add(atRev, "rev %q: want a commit or a tag", rev)
	}
}
