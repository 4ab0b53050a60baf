//go:build lab

package odoo

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"odooctl/inventory"
)

func TestMountUnitIsSystemdsName(t *testing.T) {
	for _, point := range []string{"/srv", "/srv/odoo-data", "/srv//a+b@c/", "/.hidden/.x", "/a:b/ü c", "/srv/1_2.3"} {
		want, err := exec.Command("systemd-escape", "--path", "--suffix=mount", point).Output()
		if err != nil {
			t.Fatal(err)
		}
		if got := mountUnit(point); got != strings.TrimSpace(string(want)) {
			t.Errorf("%s: %s, and systemd-escape says %s", point, got, want)
		}
	}
}

// TestSystemdTakesMountUnits asks systemd-analyze of the units of a mount, and of Odoo's.
func TestSystemdTakesMountUnits(t *testing.T) {
	for _, m := range []inventory.DataMount{
		{What: "nas:/srv/odoo", Type: inventory.MountNFS},
		{What: "[fd00::9]:/srv/odoo", Type: inventory.MountNFS, Options: "timeo=300", Automount: true},
		{What: "odoo@nas:/srv/odoo", Type: inventory.MountSSHFS, Automount: true},
	} {
		i := Instance{User: "root", Own: true, Deployment: &inventory.Deployment{Name: "acme",
			Odoo: &inventory.Odoo{DataDir: "/srv/odoo-data/acme", DataMount: &m}}}
		m.At = "/srv/odoo-data"
		files := map[string]string{mountUnit(m.At): i.mountText("107", "115"),
			"odoo-acme.service": i.text(process{Unit: "odoo-acme.service", Exec: "/bin/true"}, nil, 10)}
		if m.Automount {
			files[automountUnit(m.At)] = i.automountText()
		}
		dir := t.TempDir()
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		for name := range files {
			verify := exec.Command("systemd-analyze", "verify", "--man=no", "--recursive-errors=yes", filepath.Join(dir, name))
			verify.Env = append(os.Environ(), "SYSTEMD_UNIT_PATH="+dir+":")
			if out, err := verify.CombinedOutput(); err != nil || strings.Contains(string(out), dir) {
				t.Errorf("%s of %s: %v\n%s", name, m.What, err, out)
			}
		}
	}
}
