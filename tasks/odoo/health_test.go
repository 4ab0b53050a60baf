package odoo

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"odooctl/remote/shell"
)

// TestListening: a port that nothing listens on is not asked, and a host without ss is
// not waited for.
func TestListening(t *testing.T) {
	bin, without := t.TempDir(), t.TempDir()
	ss := "#!/bin/sh\ncase $2 in 'sport = :8069') echo LISTEN ;; esac\n"
	if err := os.WriteFile(filepath.Join(bin, "ss"), []byte(ss), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		path string
		port int
		says string
		ok   bool
	}{
		{bin, 8069, "", true},
		{bin, 8072, "nothing listens on port 8072 yet\n", false},
		{without, 8072, "", true},
	} {
		cmd := exec.Command("/bin/sh", "-c", shell.Call(listens, "listens", strconv.Itoa(tt.port)))
		cmd.Env = []string{"PATH=" + tt.path}
		out, err := cmd.CombinedOutput()
		if string(out) != tt.says || (err == nil) != tt.ok {
			t.Errorf("port %d: %q, %v; want %q", tt.port, out, err, tt.says)
		}
	}
}
