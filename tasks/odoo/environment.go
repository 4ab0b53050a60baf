package odoo

import (
	"fmt"
	"strings"

	"odooctl/inventory"
	"odooctl/tasks"
)

// environment is the virtual environment of a source tree, and how the host makes it.
// It is a new one if its Python, its requirements or the way to find the tree changed,
// and shared by all trees with the same requirements.
func (i Instance) environment(tree tasks.Build, python, wanted string) tasks.Build {
	s := i.Odoo.Source()
	more := i.moreRequirements(python)
	var pip []string
	if wanted != "" {
		pip = append(pip, "-r", tree.Dir()+"/requirements.txt")
	}
	if len(more) > 0 {
		pip = append(pip, "-r", `"$1/requirements.txt"`)
	}
	switch s.Index {
	case "":
	case inventory.NoIndex:
		pip = append(pip, "--no-index")
	default:
		pip = append(pip, "--index-url", "'"+s.Index+"'")
	}
	if s.FindLinks != "" {
		pip = append(pip, "--find-links", "'"+s.FindLinks+"'")
	}
	site := ""
	if s.SitePackages {
		site = "--system-site-packages"
	}
	run := fmt.Sprintf(makeEnvironment, i.User, lines(more), lines(s.Constraints), program(s), site,
		strings.Join(pip, " "), tree.Link)
	return tasks.Build{
		Link:    environmentOf(i.Deployment),
		Version: python + "-" + digest(wanted, strings.ReplaceAll(run, tree.Dir(), tree.Link)),
		What: fmt.Sprintf("Python %s with the %s that %s asks for",
			python, tasks.Plural(count(wanted)+len(more), "requirement"), i.Name),
		Run:    run,
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

// makeEnvironment is shell that makes a virtual environment in "$1". Building packages
// runs their code, so pip does not run as root but as Odoo's user, and the result is
// given to root afterwards; until then root writes nothing below a folder of that user.
// Odoo itself is found by a .pth file (Python library reference, site), in whatever
// version the link points to.
const makeEnvironment = `user=%s
as() { setpriv --reuid=$user --regid=$user --init-groups env HOME="$new/.home" LC_ALL=C.UTF-8 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 "$@"; }
new=$1
cat >"$1/requirements.txt" <<'_END'
%s_END
cat >"$1/constraints.txt" <<'_END'
%s_END
chown $user:$user "$1" && cd "$1" || exit
as %s -m venv %s "$1" || { echo "no virtual environment can be made: is the venv module of that Python installed?"; exit 1; }
[ ! -s "$1/constraints.txt" ] || export PIP_CONSTRAINT="$1/constraints.txt"
as "$1/bin/python3" -m pip install -q --no-cache-dir %s || exit
as "$1/bin/python3" -c 'import sys, sysconfig; open(sysconfig.get_paths()["purelib"] + "/odooctl.pth", "w").write(sys.argv[1])' %s || exit
rm -rf "$1/.home"
chown -R root:root "$1" && chmod -R go-w "$1"
`
