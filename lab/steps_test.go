package lab

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// TestStepsFail: a step that fails ends a script, or is remembered where more is to be done.
func TestStepsFail(t *testing.T) {
	for script, want := range map[string]string{
		"step a true; step b true; echo end $failed":          "end 0\n",
		"step a later false; step b later true; echo $failed": "1\n",
		"step a false; echo end":                              "",
	} {
		out, _ := exec.Command("bash", "-c", "set -euo pipefail; . ./steps.sh; failed=0; "+script).Output()
		var said strings.Builder
		for line := range strings.Lines(string(out)) {
			if line != "\n" && !strings.HasPrefix(line, "== ") && !strings.HasPrefix(line, "   ") {
				said.WriteString(line)
			}
		}
		if said.String() != want {
			t.Errorf("%s: %q, want %q", script, said.String(), want)
		}
	}
	for _, name := range []string{"test.sh", "demo.sh"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if line := regexp.MustCompile(`(?m)^\s*step .*\|\|.*`).Find(text); line != nil {
			t.Errorf("%s: %s: a failure would be lost, use later", name, line)
		}
	}
}
