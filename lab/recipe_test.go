package lab

import (
	"io/fs"
	"strings"
	"testing"
)

func TestDigestChangesWithTheRecipe(t *testing.T) {
	base := recipe{Name: "x", Suite: "bookworm", Packages: []string{"nginx"}, Scripts: []string{"common.sh"}}
	digest := func(change func(*recipe)) string {
		r := base
		change(&r)
		d, err := r.digest()
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	same := digest(func(*recipe) {})
	if len(same) != 12 || strings.Trim(same, "0123456789abcdef") != "" {
		t.Errorf("digest %q is not twelve hexadecimal digits", same)
	}
	changes := map[string]func(*recipe){
		"suite":    func(r *recipe) { r.Suite = "sid" },
		"security": func(r *recipe) { r.Security = "bookworm-security" },
		"packages": func(r *recipe) { r.Packages = []string{"nginx", "postgresql"} },
		"apt":      func(r *recipe) { r.Apt = []string{"x"} },
		"pins":     func(r *recipe) { r.Pins = "x" },
		"scripts":  func(r *recipe) { r.Scripts = []string{"common.sh", "odoo19.sh"} },
	}
	seen := map[string]string{same: "nothing"}
	for what, change := range changes {
		d := digest(change)
		if other, twice := seen[d]; twice {
			t.Errorf("a change of %s gives the digest of a change of %s", what, other)
		}
		seen[d] = what
	}
	if digest(func(r *recipe) { r.Duration = "all day" }) != same {
		t.Error("the digest depends on what people are told about the duration")
	}
	missing := recipe{Scripts: []string{"missing.sh"}}
	if _, err := missing.digest(); err == nil {
		t.Error("a recipe with a script that is not there has a digest")
	}
}

func TestRecipesNameNoMirror(t *testing.T) {
	err := fs.WalkDir(scripts, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := scripts.ReadFile(path)
		if strings.Contains(string(text), "://") {
			t.Errorf("%s names an address", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestSources(t *testing.T) {
	m := mirrors{"http://m.example/debian", "http://s.example/security"}
	tests := []struct {
		image string
		m     mirrors
		want  string
	}{
		{"bookworm", m, "deb http://m.example/debian bookworm main\ndeb http://s.example/security bookworm-security main\n"},
		{"odoo14", m, "deb http://m.example/debian bullseye main\ndeb http://s.example/security bullseye-security main\n"},
		{"odoo19", m, "deb http://m.example/debian sid main\n"},
		{"odoo14", mirrors{archive: "http://m.example/debian"}, ""},
	}
	for _, test := range tests {
		r, err := recipeOf(test.image)
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.sources(test.m)
		if got != test.want || (err == nil) != (test.want != "") {
			t.Errorf("%s: got %q, %v, want %q", test.image, got, err, test.want)
		}
	}
	if _, err := recipeOf("odoo99"); err == nil || !strings.Contains(err.Error(), `"odoo19"`) {
		t.Errorf("error %v does not list the images", err)
	}
}

func TestBootstrapArguments(t *testing.T) {
	folder := t.TempDir()
	r, err := recipeOf("odoo14")
	if err != nil {
		t.Fatal(err)
	}
	args, err := imageStore{}.bootstrapArguments(r, folder, folder+"/rootfs")
	if err != nil {
		t.Fatal(err)
	}
	line := strings.Join(args, "\n")
	for _, want := range []string{
		"--aptopt=APT::Install-Recommends \"false\"\n",
		"--setup-hook=install -D -m 0644 " + folder + "/pins \"$1/etc/apt/preferences.d/lab\"\n",
		"--customize-hook=chroot \"$1\" sh -eu -s <" + folder + "/common.sh\n",
		",odoo-14,postgresql,nginx-light,gunicorn,git,python3-venv\nbullseye\n" + folder + "/rootfs\n-",
	} {
		if !strings.Contains(line, want) {
			t.Errorf("no %q in\n%s", want, line)
		}
	}
}
