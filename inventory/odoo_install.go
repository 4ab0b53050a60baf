package inventory

import (
	"fmt"
	"regexp"
	"strings"
)

// Install says where Odoo comes from on a host that has none: a package of the
// distribution, of a Repository, or in a File; or a Source, beside any Odoo that the host
// has.
type Install struct {
	Package    string    `yaml:"package"`    // odoo-14, odoo; with Repository, odoo where it is left out
	Repository string    `yaml:"repository"` // of apt: URL, SUITE and COMPONENTs, as in sources.list
	Key        LocalFile `yaml:"key"`        // that signs Repository
	File       LocalFile `yaml:"file"`       // a .deb
	Source     *Source   `yaml:"source"`
	Pos        Pos       `yaml:"-"`
}

// Same reports whether two deployments want the same.
func (i *Install) Same(o *Install) bool {
	return i.Package == o.Package && i.Repository == o.Repository && i.Key.Path == o.Key.Path && i.File.Path == o.File.Path
}

var (
	packageName = regexp.MustCompile(`^[a-z0-9][a-z0-9+.-]+$`) // Debian policy 5.6.7
	repository  = regexp.MustCompile(`^(https?|file)://?[^\s"'\[\]]+( [A-Za-z0-9./_-]+)+$`)
)

func (d *decoder) checkInstall(o *Odoo) {
	i := o.Install
	if i == nil {
		return
	}
	if o.Version == "" {
		d.errs.add(i.Pos, "install needs version: what is planned for a host without Odoo follows from it")
	}
	ways := 0
	for _, given := range []bool{!i.File.IsZero(), i.Repository != "" || i.Package != "", i.Source != nil} {
		if given {
			ways++
		}
	}
	if ways != 1 {
		d.errs.add(i.Pos, "install wants one of {package: NAME}, {repository: URL SUITE, key: FILE}, {file: FILE.deb} and "+
			"{source: {git: URL, rev: COMMIT}}")
	}
	check := func(at any, text string, form *regexp.Regexp, want string) {
		if text != "" && !form.MatchString(text) {
			d.errs.add(d.at(at), "%s", fmt.Sprintf("%q: want %s", text, want))
		}
	}
	check(&i.Package, i.Package, packageName, "the name of a Debian package, such as odoo-14")
	check(&i.Repository, i.Repository, repository, "an address and a suite, such as "+
		"https://nightly.odoo.com/17.0/nightly/deb/ ./")
	if (i.Repository == "") != i.Key.IsZero() {
		d.errs.add(i.Pos, "install: repository and key go together: nothing is installed from an unsigned repository")
	}
	if !i.File.IsZero() && !strings.HasSuffix(i.File.Path, ".deb") {
		d.errs.add(d.at(&i.File), "file: want a .deb")
	}
	if i.Source != nil {
		d.checkSource(i.Source, o)
	}
}
