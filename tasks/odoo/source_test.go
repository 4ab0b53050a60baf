package odoo

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"odooctl/inventory"
)

// sourced is an Instance with the source of the given YAML.
func sourced(t *testing.T, source string) Instance {
	t.Helper()
	text := "hosts: {a: {address: 192.0.2.1}}\ndeployments:\n  x: {odoo: {hosts: [a], version: 17, mode: wsgi, install: " +
		"{source: " + source + "}}}\n"
	inv, err := inventory.Parse("inventory.yaml", []byte(text),
		inventory.Options{ReadFile: func(string) ([]byte, error) { return []byte("packed"), nil }})
	if err != nil {
		t.Fatal(err)
	}
	return Instance{Deployment: inv.Deployments[0], User: "odoo-x"}
}

// runs does what a host would, in a folder of its own, with fake programs for those
// that need root, or a Python with pip.
func runs(t *testing.T, script, input string, programs map[string]string) (folder, out string, err error) {
	t.Helper()
	bin := t.TempDir()
	folder = filepath.Join(t.TempDir(), "new")
	for name, text := range programs {
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"+text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sh", "-c", "umask 022\n"+script, "sh", folder, input)
	cmd.Env = []string{"PATH=" + bin + ":" + os.Getenv("PATH"), "LC_ALL=C"}
	text, err := cmd.CombinedOutput()
	return folder, string(text), err
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestEnvironment: pip's arguments, how it finds things, and that it does not run as
// root.
func TestEnvironment(t *testing.T) {
	i := sourced(t, `{git: "https://example.com/odoo", rev: v1, requirements: ["phonenumbers==8.13.0"], constraints: ["cython<3"], index: "https://pypi.example.com/simple", find_links: /srv/wheels, site_packages: true}`)
	tree, err := sourceTree(i.Deployment)
	if err != nil {
		t.Fatal(err)
	}
	b := i.environment(tree, "3.12", "# all\nBabel==2.9.1\n\npsycopg2\n")
	if b.What != "Python 3.12 with the 5 requirements that x asks for" ||
		!strings.HasPrefix(b.Dir(), "/opt/odoo-x/venv-3.12-") {
		t.Errorf("%s is %s", b.Dir(), b.What)
	}
	notes := filepath.Join(t.TempDir(), "notes")
	folder, out, err := runs(t, b.Run, "", map[string]string{
		"chown":   "",
		"setpriv": "echo \"$1 $2 $3\" >>" + notes + "; shift 3; exec \"$@\"\n",
		"python3": `echo "python3 $*" >>` + notes + `
for d; do :; done
mkdir "$d/bin"
{ echo "#!/bin/sh"; echo 'echo "venv $*" >>` + notes + `; [ -z "$PIP_CONSTRAINT" ] || cat "$PIP_CONSTRAINT" >>` +
			notes + `'; } >"$d/bin/python3"
chmod 755 "$d/bin/python3"
`})
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	as := "--reuid=odoo-x --regid=odoo-x --init-groups\n"
	want := as + "python3 -m venv --system-site-packages " + folder + "\n" +
		as + "venv -m pip install -q --no-cache-dir -r /opt/odoo-x/source-v1-" + digest("v1", "https://example.com/odoo") +
		"/requirements.txt --index-url https://pypi.example.com/simple --find-links /srv/wheels -r " + folder +
		"/requirements.txt\ncython<3\n" +
		as + "venv -c import sys, sysconfig; open(sysconfig.get_paths()[\"purelib\"] + \"/odooctl.pth\", " +
		"\"w\").write(sys.argv[1]) /opt/odoo-x/source\ncython<3\n"
	if got := read(t, notes); got != want {
		t.Errorf("it ran\n%s\nwant\n%s", got, want)
	}
	if got := read(t, folder+"/requirements.txt"); got != "setuptools<81\ngunicorn\nphonenumbers==8.13.0\n" {
		t.Errorf("it asks for\n%s", got)
	}

	other, again := i.environment(tree, "3.12", "Babel==2.10\n"), tree
	if other.Version == b.Version {
		t.Error("other requirements come to the same environment")
	}
	again.Version = "v2"
	if i.environment(again, "3.12", "Babel==2.10\n").Version != other.Version {
		t.Error("the same requirements of another revision come to another environment")
	}
}

// TestTrees: a commit of a repository, and archives with and without a top folder, give
// the same files; what is no Odoo is refused.
func TestTrees(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Fatal("this test makes a git repository; install git")
	}
	from := filepath.Join(t.TempDir(), "odoo-17.0")
	for name, text := range map[string]string{"odoo/release.py": "version_info = (17, 0)\n", "odoo/__init__.py": "",
		"setup/odoo": "#!/usr/bin/env python3\n", "requirements.txt": "Babel\n"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(from, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(from, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	do := func(script string) string {
		t.Helper()
		cmd := exec.Command("sh", "-ec", script)
		cmd.Dir = from
		cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "HOME="+from)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", script, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	rev := do("git init -q; git add -A; git -c user.name=t -c user.email=t@example.com commit -q -m one; git rev-parse " +
		"HEAD")
	do("tar -czf ../around.tgz -C .. --exclude=.git odoo-17.0; tar -czf ../plain.tgz --exclude=.git .; tar -czf " +
		"../other.tgz setup")
	store := filepath.Join(t.TempDir(), "stores", "one")
	get := func(rev string) string {
		return strings.NewReplacer("/var/cache/odooctl-git/"+digest("https://example.com/odoo"), store,
			"https://example.com/odoo", "file://"+from).Replace(
			runOf(t, `{git: "https://example.com/odoo", rev: `+rev+`}`))
	}
	for _, c := range []struct{ name, script, input, fails string }{
		{"a commit", get(rev), "", ""},
		{"a commit that was fetched before", get(rev), "", ""},
		{"an archive with a folder around", runOf(t, "{archive: odoo.tgz}"), filepath.Join(from, "../around.tgz"), ""},
		{"an archive without", runOf(t, "{archive: odoo.tar.gz}"), filepath.Join(from, "../plain.tgz"), ""},
		{"an archive of something else", runOf(t, "{archive: odoo.tar.gz}"), filepath.Join(from, "../other.tgz"),
			"there is no odoo/release.py in it"},
		{"a revision that is nowhere", get("v9"), "", "git cannot get v9 of file://"},
	} {
		folder, out, err := runs(t, c.script, c.input, map[string]string{"python3": ""})
		if c.fails != "" {
			if err == nil || !strings.Contains(out, c.fails) {
				t.Errorf("%s: %v\n%s", c.name, err, out)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v\n%s", c.name, err, out)
			continue
		}
		cmd := exec.Command("find", ".", "-type", "f", "-printf", "%P %m\n")
		cmd.Dir = folder
		list, _ := cmd.Output()
		var files []string
		for line := range strings.Lines(string(list)) {
			files = append(files, strings.TrimSpace(line))
		}
		for _, want := range []string{"odoo-bin 755", "odoo/release.py 644", "requirements.txt 644", "setup/odoo 644"} {
			if !strings.Contains(" "+strings.Join(files, " , ")+" ", " "+want+" ") {
				t.Errorf("%s: no %q among %q", c.name, want, files)
			}
		}
	}
}

func runOf(t *testing.T, source string) string {
	t.Helper()
	b, err := sourceTree(sourced(t, source).Deployment)
	if err != nil {
		t.Fatal(err)
	}
	return b.Run
}
