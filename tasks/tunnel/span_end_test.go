package tunnel

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"odooctl/inventory"
	"odooctl/tasks"
)

// TestSpanEndFar: the end of a tunnel removes its key, and the permission for its port
// unless another tunnel needs that.
func TestSpanEndFar(t *testing.T) {
	t.Parallel()
	key := func(who, port string) string {
		return `restrict,port-forwarding,permitopen="127.0.0.1:` + port + `" ssh-ed25519 AAAA ` + who + "\n"
	}
	s := Span{From: &inventory.Host{Name: "app1"}, To: &inventory.Host{Name: "db1"}, Near: 15432, Port: 5432}
	ours := key("x "+s.Name()+"@app1", "5432")
	for name, tt := range map[string]struct{ keys, wantKeys, wantOpen string }{
		"another port stays": {ours + key("other", "22"), key("other", "22"), "\tPermitOpen 127.0.0.1:22\n"},
		"the port stays": {ours + key("other", "5432"), key("other", "5432"),
			"\tPermitOpen 127.0.0.1:5432 127.0.0.1:22\n"},
		"nothing stays": {ours, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			put := func(file, text string, mode os.FileMode) {
				t.Helper()
				if err := os.MkdirAll(filepath.Dir(root+file), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(root+file, []byte(text), mode); err != nil {
					t.Fatal(err)
				}
			}
			put("/var/lib/odooctl/lock", "", 0o600)
			put(keysFile, tt.keys, 0o600)
			put(sshdFile, "Match User "+Gate+"\n\tPermitOpen 127.0.0.1:5432 127.0.0.1:22\n", 0o600)
			put(sshdConfig, "Port 22\n", 0o600)
			for _, program := range []string{"systemctl", "pkill", "userdel", "groupdel"} {
				put("/bin/"+program, "#!/bin/sh\nexit 0\n", 0o755)
			}
			put("/end.sh", tasks.AtScript(root, "odooctl-gate-x", spanFar, s.farEnd()...), 0o700)
			cmd := exec.CommandContext(t.Context(), "sh", root+"/end.sh")
			cmd.Env = []string{"PATH=" + root + "/bin:/usr/bin:/bin"}
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			keys, _ := os.ReadFile(root + keysFile)
			if string(keys) != tt.wantKeys {
				t.Errorf("the keys are\n%s\nwant\n%s%s", keys, tt.wantKeys, out)
			}
			open, _ := os.ReadFile(root + sshdFile)
			if _, got, _ := strings.Cut(string(open), "Match User "+Gate+"\n"); got != tt.wantOpen {
				t.Errorf("sshd has\n%s\nwant\n%s%s", got, tt.wantOpen, out)
			}
		})
	}
}
