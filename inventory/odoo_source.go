package inventory

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Source is a tree of Odoo's sources, from a Git repository at a revision or from an
// Archive, that runs in a virtual environment of its own.
type Source struct {
	Git          string    `yaml:"git"`
	Rev          string    `yaml:"rev"`           // of Git: a commit or a tag
	Archive      LocalFile `yaml:"archive"`       // .tar.gz, .tgz or .zip, as nightly.odoo.com and GitHub have them
	Python       string    `yaml:"python"`        // a program on the host; "" is python3
	Requirements []string  `yaml:"requirements"`  // beside requirements.txt of the tree, each as pip takes it
	Constraints  []string  `yaml:"constraints"`   // on what pip chooses, and on what it builds with
	Index        string    `yaml:"index"`         // of packages; "" is that of the host's pip; or NoIndex
	FindLinks    string    `yaml:"find_links"`    // an address or a folder on the host with wheels, beside the index
	SitePackages bool      `yaml:"site_packages"` // the environment has the Python packages of the distribution too
	Packages     []string  `yaml:"packages"`      // that a build needs; nil: those that Odoo's requirements need
	Pos          Pos       `yaml:"-"`
}

// Source returns the source tree that the deployment's Odoo runs from; nil where it runs
// from a package.
func (o *Odoo) Source() *Source {
	if o.Install == nil {
		return nil
	}
	return o.Install.Source
}

// NoIndex says that pip takes packages from find_links, and from nowhere else.
const NoIndex = "none"

var (
	pythonProgram = regexp.MustCompile(`^(python3(\.[0-9]+)?|/[A-Za-z0-9._/+-]+)$`)
	requirement   = regexp.MustCompile(`^[A-Za-z0-9][!-~ ]*$`)
	indexURL      = regexp.MustCompile(`^https?://[A-Za-z0-9@:/._~+%-]+$`)
	userInURL     = regexp.MustCompile(`://[^/\s]*@`)
)

// archives are the forms that a tree may be packed in.
var archives = []string{".tar.gz", ".tgz", ".zip"}

// checkSource checks what becomes words and files of a command on the hosts.
func (d *decoder) checkSource(s *Source, o *Odoo) {
	if v := o.Major(); v != 0 && v <= Python2Odoo {
		d.errs.add(s.Pos, "source: Odoo 10 runs on Python 2, which has no virtual environments of its own: install its "+
			"package")
	}
	if (s.Git == "") == s.Archive.IsZero() {
		d.errs.add(s.Pos, "source: want {git: URL, rev: COMMIT} or {archive: FILE}")
	}
	d.checkGit(s.Git, s.Rev, d.whereOf(s.Pos, &s.Git), d.whereOf(s.Pos, &s.Rev))
	isForm := func(form string) bool { return strings.HasSuffix(s.Archive.Path, form) }
	if !s.Archive.IsZero() && !slices.ContainsFunc(archives, isForm) {
		d.errs.add(d.at(&s.Archive), "archive %s: want one of .tar.gz, .tgz and .zip", path.Base(s.Archive.Path))
	}
	if s.Python != "" && !pythonProgram.MatchString(s.Python) {
		d.errs.add(d.at(&s.Python), "python %q: want python3, a version such as python3.11, or an absolute path", s.Python)
	}
	for _, list := range [][]string{s.Requirements, s.Constraints} {
		d.checkEach(list, "requirement", requirementError)
	}
	if s.Index != "" && s.Index != NoIndex && !indexURL.MatchString(s.Index) {
		d.errs.add(d.at(&s.Index), "index %q: want an address that begins with https://, or none", s.Index)
	}
	if s.FindLinks != "" && !indexURL.MatchString(s.FindLinks) && hostPathError(s.FindLinks, "find_links") != nil {
		d.errs.add(d.at(&s.FindLinks), "find_links %q: want an address, or an absolute path on the host", s.FindLinks)
	}
	for _, at := range []*string{&s.Index, &s.FindLinks} {
		if userInURL.MatchString(*at) {
			d.errs.add(d.at(at), "the address has a password in it, which everybody on the host could read: write it into "+
				"/etc/pip.conf or a .netrc there")
		}
	}
	d.checkEach(s.Packages, "package", func(name string) error {
		if !packageName.MatchString(name) {
			return fmt.Errorf("%q: want the name of a Debian package, such as libpq-dev", name)
		}
		return nil
	})
}

func requirementError(line string) error {
	switch {
	case !requirement.MatchString(line):
		return fmt.Errorf("%q: want a package as pip takes it, such as phonenumbers==8.12.1; options have keys of their own",
			line)
	case userInURL.MatchString(line):
		return fmt.Errorf("%q has a password in it, which everybody on the host could read: write it into a .netrc there",
			line)
	}
	return nil
}
