package remote_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"odooctl/remote/remotetest"
)

// TestFollow: each line is told while the script that printed it still runs, once, in the same
// channel, and the result is as without.
func TestFollow(t *testing.T) {
	sh := shell(t, remotetest.Start(t, remotetest.Faults{}).Config())
	heard := filepath.Join(t.TempDir(), "heard")
	script := "echo one; until [ -e '" + heard + "' ]; do sleep 0.05; done; echo two; printf three; echo err >&2"
	var lines []string
	res, err := sh.Follow(deadline(t), script, []byte("input"), func(line string) {
		lines = append(lines, line)
		if err := os.WriteFile(heard, nil, 0o600); err != nil {
			t.Error(err)
		}
	})
	if err != nil || res.Code != 0 || string(res.Stdout) != "one\ntwo\nthree" || string(res.Stderr) != "err\n" {
		t.Errorf("%+v, %v", res, err)
	}
	if got := strings.Join(lines, "|"); got != "one|two" {
		t.Errorf("told of %q", got)
	}
	if res := run(t, sh, "echo after", ""); string(res.Stdout) != "after\n" || len(lines) != 2 {
		t.Errorf("after it: %+v, told of %q", res, lines)
	}
}
