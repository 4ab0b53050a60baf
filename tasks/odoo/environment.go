package odoo

import (
	_ "embed"
	"fmt"
	"strings"

	"odooctl/inventory"
	"odooctl/remote/shell"
	"odooctl/tasks"
)

//go:embed environment.sh
var makeEnvironment string

// environment is the virtual environment of a source tree, and how the host makes
// it. It is a new one where its Python, what it was asked for or how that is found
// changed, and the same for every tree with the same requirements.
func (i Instance) environment(tree tasks.Build, python, wanted string) tasks.Build {
	s := i.Odoo.Source()
	more := i.moreRequirements(python)
	var pip []string
	if wanted != "" {
		pip = append(pip, "-r", tree.Dir()+"/requirements.txt")
	}
	switch s.Index {
	case "":
	case inventory.NoIndex:
		pip = append(pip, "--no-index")
	default:
		pip = append(pip, "--index-url", s.Index)
	}
	if s.FindLinks != "" {
		pip = append(pip, "--find-links", s.FindLinks)
	}
	site := ""
	if s.SitePackages {
		site = "yes"
	}
	words := shell.Words(append([]string{i.User, program(s), site, tree.Link, lines(more), lines(s.Constraints)},
		pip...)...)
	return tasks.Build{
		Link:    environmentOf(i.Deployment),
		Version: python + "-" + digest(wanted, strings.ReplaceAll(words, tree.Dir(), tree.Link)),
		What: fmt.Sprintf("Python %s with the %s that %s asks for", python,
			tasks.Plural(count(wanted)+len(more), "requirement"), i.Name),
		Run:    makeEnvironment + `environment "$1" ` + words + "\n",
		Within: 3600,
	}
}

// moreRequirements are additions to the tree's own. Odoo up to 17 looks up packages
// with pkg_resources of setuptools (odoo/modules/module.py): virtual environments have
// no setuptools since Python 3.12, and setuptools 81 no longer has that module.
func (i Instance) moreRequirements(python string) []string {
	more := i.Odoo.Source().Requirements
	if i.Odoo.Runs() == inventory.ModeWSGI {
		more = append([]string{"gunicorn"}, more...)
	}
	if _, minor, _ := parsePython(python); minor >= 12 && i.needsSetuptools() {
		more = append([]string{"setuptools<81"}, more...)
	}
	return more
}

// count counts the requirements in a file of pip's.
func count(text string) (n int) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			n++
		}
	}
	return n
}

func lines(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return strings.Join(list, "\n") + "\n"
}
