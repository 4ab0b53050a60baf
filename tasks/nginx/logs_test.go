package nginx

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"testing"

	"odooctl/tasks"
)

// TestLogs: logs come into being with the rights of logrotate's rule, as do those that an
// earlier nginx -t has made; others, and those that lie in a folder of somebody else's or are
// a link, stay as they are.
func TestLogs(t *testing.T) {
	t.Parallel()
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	group, err := user.LookupGroupId(me.Gid)
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	for _, d := range []string{"/etc/logrotate.d", "/var/log/nginx", "/srv/open"} {
		if err := os.MkdirAll(root+d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write := func(p, text string, mode os.FileMode) {
		if err := os.WriteFile(root+p, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	write("/etc/logrotate.d/nginx", fmt.Sprintf("/var/log/nginx/*.log {\n\tdaily\n\tcreate 0640 %s %s\n"+
		"\tpostrotate\n\t\tinvoke-rc.d nginx rotate\n\tendscript\n}\n", me.Username, group.Name), 0o644)
	write("/var/log/nginx/old.log", "a line\n", 0o600)
	write("/var/log/nginx/theirs.log", "", 0o604)
	write("/srv/open/old.log", "", 0o600)
	if err := os.Chmod(root+"/srv/open", 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/dev/null", root+"/var/log/nginx/link.log"); err != nil {
		t.Fatal(err)
	}
	run := exec.CommandContext(t.Context(), "sh", "-c", "umask 077\nroot=$1\n"+tasks.Folders+logs+
		"\nmake_logs /var/log/nginx/new.log /var/log/nginx/old.log /var/log/nginx/theirs.log /var/log/nginx/link.log "+
		"/srv/open/old.log /srv/open/new.log", "sh", root)
	if out, err := run.CombinedOutput(); err != nil || len(out) > 0 {
		t.Fatalf("%v: %s", err, out)
	}
	for p, want := range map[string]string{"/var/log/nginx/new.log": "-rw-r-----", "/var/log/nginx/old.log": "-rw-r-----",
		"/var/log/nginx/theirs.log": "-rw----r--", "/srv/open/old.log": "-rw-------", "/srv/open/new.log": "none",
		"/var/log/nginx/link.log": "Lrwxrwxrwx"} {
		got := "none"
		if info, err := os.Lstat(root + p); err == nil {
			got = info.Mode().String()
		}
		if got != want {
			t.Errorf("%s is %s, want %s", p, got, want)
		}
	}
	if text, err := os.ReadFile(root + "/var/log/nginx/old.log"); err != nil || string(text) != "a line\n" {
		t.Errorf("the old log has %q (%v)", text, err)
	}
}
