//go:build lab

package basic

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestUnitTextOracle: systemd complains of what is refused, and takes the rest.
func TestUnitTextOracle(t *testing.T) {
	for _, c := range unitTexts {
		file := filepath.Join(t.TempDir(), "x.service")
		if err := os.WriteFile(file, []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("systemd-analyze", "verify", "--man=no", file).CombinedOutput()
		if err != nil && c.refused == "" || len(out) == 0 && c.refused != "" {
			t.Errorf("%q: systemd says %v: %s", c.text, err, out)
		}
	}
}
