package lab

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

//go:embed images/*.sh
var scripts embed.FS

// recipe describes an image. Everything that affects the result enters its digest;
// fields tagged "-" do not.
type recipe struct {
	Name     string
	Suite    string
	Security string   // the suite on the security mirror, or ""
	Packages []string // in addition to those of every image
	Apt      []string // options for apt while the image is built
	Pins     string   // apt preferences
	Scripts  []string // files of images/, run in the new image in this order
	Without  []string // patterns of files that dpkg leaves packed (dpkg(1), --path-exclude)

	Duration string `json:"-"` // expected time, for progress messages
	Unified  bool   `json:"-"` // its systemd needs cgroup v2
}

var basePackages = []string{
	"systemd", "systemd-sysv", "dbus", "openssh-server", "sudo", "iproute2", "ca-certificates", "procps", "curl",
	"openssl", "python3", "less", "tar", "util-linux", "acl", "locales", "fish", "csh",
}

var recipes = []recipe{
	{
		Name:     "bookworm",
		Suite:    "bookworm",
		Security: "bookworm-security",
		Packages: []string{"postgresql", "nginx-light", "certbot"},
		Scripts:  []string{"common.sh"},
		Duration: "about 1 minute",
	},
	{
		Name:     "odoo14",
		Suite:    "bullseye",
		Security: "bullseye-security",
		Packages: []string{"odoo-14", "postgresql", "nginx-light", "gunicorn", "git", "python3-venv"},
		// The mirror lacks the file of this package's security update.
		Pins:     "Package: python3-gevent\nPin: version 20.9.0-2\nPin-Priority: 1001\n",
		Scripts:  []string{"common.sh"},
		Without:  []string{addons + "*/i18n/*"},
		Duration: "about 2 minutes",
	},
	{
		Name:     "odoo19",
		Suite:    "sid",
		Packages: []string{"odoo-19", "postgresql", "nginx", "gunicorn", "certbot"},
		Apt:      []string{`Acquire::Check-Valid-Until "false"`},
		Scripts:  []string{"common.sh", "odoo19.sh"},
		Without:  []string{addons + "*/i18n/*"},
		Duration: "about 2 minutes",
		Unified:  true,
	},
}

// addons is the folder of Odoo's modules. No test needs their translations, which are half of its files.
const addons = "/usr/lib/python3/dist-packages/odoo/addons/"

// recipeOf returns the recipe of an image, or an error that lists the images there are.
func recipeOf(image string) (recipe, error) {
	names := make([]string, 0, len(recipes))
	for _, r := range recipes {
		if r.Name == image {
			return r, nil
		}
		names = append(names, r.Name)
	}
	return recipe{}, fmt.Errorf("image %q is not defined: the images are %q", image, names)
}

// digest identifies a version of the recipe: twelve hexadecimal digits of the SHA-256
// of its fields, the packages of every image and the text of its scripts, without
// comments.
func (r recipe) digest() (string, error) {
	h := sha256.New()
	if err := json.NewEncoder(h).Encode(struct {
		Recipe  recipe
		Base    []string
		Options []string
	}{r, basePackages, bootstrapOptions}); err != nil {
		return "", fmt.Errorf("digest recipe of image %s: %w", r.Name, err)
	}
	for _, name := range r.Scripts {
		text, err := scripts.ReadFile("images/" + name)
		if err != nil {
			return "", fmt.Errorf("digest recipe of image %s: %w", r.Name, err)
		}
		for line := range strings.Lines(string(text)) {
			if !strings.HasPrefix(line, "#") && strings.TrimSpace(line) != "" {
				io.WriteString(h, line)
			}
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:12], nil
}

// sources are the lines of sources.list for the installation of the image.
func (r recipe) sources(m mirrors) (string, error) {
	lines := fmt.Sprintf("deb %s %s main\n", m.archive, r.Suite)
	if r.Security == "" {
		return lines, nil
	}
	if m.security == "" {
		return "", fmt.Errorf("image %s needs the suite %s: no security mirror in the apt sources of this machine",
			r.Name, r.Security)
	}
	return lines + fmt.Sprintf("deb %s %s main\n", m.security, r.Security), nil
}
