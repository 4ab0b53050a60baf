package postgres

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// Shell runs a program of POSIX sh as root on the host that the server comes from, with
// that host's own tools, and returns its output. In the program the server is the
// host's one cluster, main.
func (s *Server) Shell(program string) []byte {
	s.t.Helper()
	config := filepath.Join(s.Dir, "etc", fmt.Sprint(s.Major), "main")
	if err := os.MkdirAll(config, 0o755); err != nil {
		s.t.Fatal(err)
	}
	text := fmt.Sprintf("data_directory = '%s/data'\nunix_socket_directories = '%s'\n", inside, inside)
	if err := os.WriteFile(filepath.Join(config, "postgresql.conf"), []byte(text), 0o644); err != nil {
		s.t.Fatal(err)
	}
	const enter = `mount --bind "$1" "$2` + inside +
		`" && mount --rbind /dev "$2/dev" && mount -t proc proc "$2/proc" && mount --bind "$1/etc" "$2/etc/postgresql" && exec chroot "$2" /bin/sh`
	c := exec.Command("unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--", "sh",
		"-c", enter, "sh", s.Dir, s.root)
	c.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"}
	c.Stdin = bytes.NewReader([]byte(program))
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var said bytes.Buffer
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		s.t.Fatalf("run a program on the host of PostgreSQL %d: %v\n%s%s", s.Major, err, out, said.Bytes())
	}
	return out
}
