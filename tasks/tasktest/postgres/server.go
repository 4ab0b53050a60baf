package postgres

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Server is a PostgreSQL that runs as long as its test. Its superuser postgres logs in
// through the unix socket without a password.
type Server struct {
	Major int
	Dir   string // folder on this machine, readable by the server; has the socket and the log
	Data  string // the cluster's folder, below Dir
	HBA   string // pg_hba.conf, in its own folder below Dir
	Port  int    // on 127.0.0.1

	t       *testing.T
	root    string
	session *session
	read    int64 // bytes of the log read so far
}

// inside is the server's path of Dir.
const inside = "/mnt"

// Inside returns the server's path of a file in Dir.
func (s *Server) Inside(file string) string {
	return inside + strings.TrimPrefix(file, s.Dir)
}

// Each runs a test on every major version in the lab with this state folder; the short form on the oldest and the
// newest.
func Each(t *testing.T, state string, run func(*testing.T, *Server)) {
	t.Helper()
	roots := roots(t, state)
	var majors []int
	for major := range roots {
		majors = append(majors, major)
	}
	sort.Ints(majors)
	if testing.Short() && len(majors) > 2 {
		majors = []int{majors[0], majors[len(majors)-1]}
	}
	for _, major := range majors {
		t.Run(strconv.Itoa(major), func(t *testing.T) { run(t, start(t, major, roots[major])) })
	}
}

// roots finds the versions on the disks of a lab's hosts.
func roots(t *testing.T, state string) map[int]string {
	t.Helper()
	if state == "" {
		t.Fatal("ODOOCTL_LAB_STATE must name the state folder of a lab that is up")
	}
	text, err := os.ReadFile(filepath.Join(state, "hosts.json"))
	if err != nil {
		t.Fatal(err)
	}
	var lab struct{ Hosts []struct{ Root string } }
	if err := json.Unmarshal(text, &lab); err != nil {
		t.Fatal(err)
	}
	found := map[int]string{}
	for _, h := range lab.Hosts {
		servers, err := filepath.Glob(h.Root + "/usr/lib/postgresql/*/bin/postgres")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range servers {
			if major, err := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(file)))); err == nil {
				found[major] = h.Root
			}
		}
	}
	if len(found) == 0 {
		t.Fatalf("no host of the lab in %s has PostgreSQL", state)
	}
	return found
}

func start(t *testing.T, major int, root string) *Server {
	t.Helper()
	s := &Server{Major: major, Dir: t.TempDir(), t: t, root: root, Port: freePort(t)}
	s.Data, s.HBA = filepath.Join(s.Dir, "data"), filepath.Join(s.Dir, "hba", "pg_hba.conf")
	owner := s.owner(root)
	if err := os.Chown(s.Dir, owner, owner); err != nil {
		t.Fatal(err)
	}
	bin := fmt.Sprintf("/usr/lib/postgresql/%d/bin/", major)
	if out, err := s.command(root, bin+"initdb", "-D", inside+"/data", "-N", "--locale=C", "-E", "SQL_ASCII", "-A",
		"trust", "-U", "postgres").CombinedOutput(); err != nil {
		t.Fatalf("initdb of PostgreSQL %d: %v\n%s", major, err, out)
	}
	s.certificate()
	if err := os.Mkdir(filepath.Dir(s.HBA), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.HBA, []byte("local all all trust\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	args := []string{"-D", inside + "/data"}
	for _, o := range []string{
		"listen_addresses=127.0.0.1", fmt.Sprintf("port=%d", s.Port), "unix_socket_directories=" +
			inside, "fsync=off", "lc_messages=C",
		"ssl=on", "ssl_cert_file=" + inside + "/server.crt", "ssl_key_file=" + inside +
			"/server.key", "log_line_prefix=", "hba_file=" + s.Inside(s.HBA),
	} {
		args = append(args, "-c", o)
	}
	server := s.command(root, bin+"postgres", args...)
	log, err := os.Create(s.log())
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	server.Stdout, server.Stderr = log, log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.Process.Kill() // ends its namespaces too
		server.Wait()
	})
	s.wait()
	return s
}

func (s *Server) log() string { return filepath.Join(s.Dir, "log") }

// command runs a program of the root folder as its postgres, with Dir at inside and in
// namespaces that end with the command.
func (s *Server) command(root, name string, args ...string) *exec.Cmd {
	const enter = `mount --bind "$1" "$2` + inside +
		`" && mount --rbind /dev "$2/dev" && root=$2 && shift 2 && exec chroot --userspec=postgres "$root" "$@"`
	c := exec.Command("unshare", append([]string{"--mount", "--propagation", "private", "--ipc", "--pid", "--fork",
		"--kill-child", "--",
		"sh", "-c", enter, "sh", s.Dir, root, name}, args...)...)
	c.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "TZ=UTC"}
	c.Dir = "/"
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return c
}

// owner returns the user ID of postgres.
func (s *Server) owner(root string) int {
	s.t.Helper()
	users, err := os.ReadFile(filepath.Join(root, "etc/passwd"))
	if err != nil {
		s.t.Fatal(err)
	}
	for line := range strings.Lines(string(users)) {
		if f := strings.Split(line, ":"); f[0] == "postgres" && len(f) > 2 {
			id, err := strconv.Atoi(f[2])
			if err != nil {
				s.t.Fatal(err)
			}
			return id
		}
	}
	s.t.Fatalf("%s has no user postgres", root)
	return 0
}

// wait returns when the server answers.
func (s *Server) wait() {
	s.t.Helper()
	var err error
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if s.session, err = s.open("postgres", "postgres"); err == nil {
			s.t.Cleanup(s.session.close)
			return
		}
	}
	text, _ := os.ReadFile(s.log())
	s.t.Fatalf("PostgreSQL %d does not answer: %v\n%s", s.Major, err, text)
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// Logged returns what the server has logged since the last call.
func (s *Server) Logged() string {
	s.t.Helper()
	f, err := os.Open(s.log())
	if err != nil {
		s.t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		s.t.Fatal(err)
	}
	text := make([]byte, info.Size()-s.read)
	n, err := f.ReadAt(text, s.read)
	if n < len(text) {
		s.t.Fatal(err)
	}
	s.read += int64(n)
	return string(text)
}
