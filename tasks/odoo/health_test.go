package odoo

import (
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"odooctl/remote/shell"
	"odooctl/tasks"
)

// TestListening: a port that nothing listens on is not asked, nor one on which another program listens; and a host
// without ss, or where that sees no processes, is not waited for.
func TestListening(t *testing.T) {
	bin, without := t.TempDir(), t.TempDir()
	ss := fmt.Sprintf(`#!/bin/sh
case $1,$2 in
*,'sport = :8069') echo 'LISTEN 0 128 *:8069 *:*' ;;
-Hltnp,*70 | -Hltnp,*71) echo 'LISTEN 0 128 *:1 *:* users:(("gone",pid=999999999,fd=3),("this",pid=%d,fd=4))' ;;
*70 | *71) echo LISTEN ;;
esac
`, os.Getpid())
	groups, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		t.Fatal(err)
	}
	cgroup := "/" // of one hierarchy
	for line := range strings.Lines(string(groups)) {
		if of := strings.SplitN(strings.TrimSpace(line), ":", 3); of[2] != "/" {
			cgroup = of[2]
		}
	}
	name, err := os.ReadFile("/proc/self/comm")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(bin, "ss"), []byte(ss), 0o755); err != nil {
		t.Fatal(err)
	}
	other := fmt.Sprintf("port 8071 is taken by %s (process %d), which is no part of odoo.service: stop it, or choose "+
		"another port\n", strings.TrimSpace(string(name)), os.Getpid())
	for _, tt := range []struct {
		path, unit string
		port       int
		says       string
		ok         bool
	}{
		{bin, "odoo.service", 8069, "", true},
		{bin, "odoo.service", 8072, "nothing listens on port 8072 yet\n", false},
		{bin, path.Base(cgroup), 8070, "", true},
		{bin, "odoo.service", 8071, other, false},
		{without, "odoo.service", 8072, "", true},
	} {
		if tt.unit == "/" {
			t.Log("all of this machine is in one cgroup: that a unit's own process listens is shown on hosts only")
			continue
		}
		cmd := exec.Command("/bin/sh", "-c", tasks.Listens+shell.Words("listens", tt.unit, strconv.Itoa(tt.port)))
		cmd.Env = []string{"PATH=" + tt.path}
		out, err := cmd.CombinedOutput()
		if string(out) != tt.says || (err == nil) != tt.ok {
			t.Errorf("%s on port %d: %q, %v; want %q", tt.unit, tt.port, out, err, tt.says)
		}
	}
}
