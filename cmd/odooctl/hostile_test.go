package main

import (
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"odooctl/remote/plain"
	"odooctl/remote/remotetest/hostile"
)

var everyMode = flag.Bool("hostile", false, "measure the memory that every mode of a hostile host takes, for ten "+
	"minutes")

// The bounds of memory: what one hostile host adds, and all of the program with a
// hundred of them.
const (
	perHost   = 8 << 20
	hundred   = 80 << 20
	peakWhile = 4 * time.Second // a mode that would go on for minutes is cut
	ends      = 2 * time.Minute // a mode that ends is not, on a busy machine either
)

// TestHostileHosts runs the program as it is shipped against hostile hosts: its memory
// stays bounded, it ends as for a host that failed or was not reached, and its
// terminal gets nothing but text.
func TestHostileHosts(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "odooctl")
	build := exec.Command("go", "build", "-o", program, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	idle, _, _ := attacked(t, program, hostile.Mode{}, 1, ends)
	for _, mode := range hostile.Modes() {
		sample, measured := samples[mode.Name]
		if mode.Asks || mode.Upload || !measured && !*everyMode {
			continue
		}
		for _, n := range slices.Compact([]int{1, max(1, sample.hosts)}) {
			within := peakWhile * time.Duration(1+n/20)
			if sample.exit != 0 {
				within = ends
			}
			peak, said, code := attacked(t, program, mode, n, within)
			for again := 0; again < 2 && peak > hundred; again++ { // a busy machine frees memory late
				peak, said, code = attacked(t, program, mode, n, within)
			}
			t.Logf("%s: %d hosts: %.1f MB (1 that is well: %.1f MB)", mode.Name, n, float64(peak)/(1<<20), float64(idle)/(1<<20))
			if n == 1 && peak-idle > perHost || peak > hundred {
				t.Errorf("%s: %d hosts: peak %.1f MB, where one that is well takes %.1f MB", mode.Name, n, float64(peak)/(1<<20),
					float64(idle)/(1<<20))
			}
			if sample.exit != 0 && code != sample.exit {
				t.Errorf("%s: %d hosts: exit %d, want %d: %.2000s", mode.Name, n, code, sample.exit, said)
			}
			if plain.Text(said) != said {
				t.Errorf("%s: the terminal gets %.2000q", mode.Name, said)
			}
		}
	}
}

// samples are the modes that are met each time, by how many hosts beside one, and the
// code that the program ends with; 0 where it is cut before.
var samples = map[string]struct{ hosts, exit int }{
	"endless output and errors":       {100, 4},
	"endless errors":                  {1, 4},
	"large output that drips":         {1, 0},
	"busy, with escapes":              {1, 4},
	"disconnects with escapes":        {1, 4},
	"refuses sessions, with escapes":  {1, 4},
	"killed by a signal with escapes": {1, 4},
	"dies with escapes":               {1, 4},
	"a code that is none":             {1, 4},
	"two ends":                        {1, 2}, // its answer makes no sense
}

// attacked plans n hosts of one server, and gives the peak of the program's memory,
// what it wrote, and how it ended, or that it was cut.
func attacked(t *testing.T, program string, mode hostile.Mode, n int, within time.Duration) (peak int64, said string,
	code int) {
	t.Helper()
	server, err := hostile.Start(mode)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	home := t.TempDir()
	port := server.Addr[strings.LastIndex(server.Addr, ":")+1:]
	var inv strings.Builder
	fmt.Fprintf(&inv, "ssh: {user: root, port: %s, host_key: %s, identity_file: id}\nhosts:\n", port,
		ssh.FingerprintSHA256(server.Key))
	for i := range n {
		fmt.Fprintf(&inv, "  h%d: {address: %s}\n", i, net.IPv4(127, 0, 0, 1))
	}
	inventory := filepath.Join(home, "inventory.yaml")
	if err := os.WriteFile(inventory, []byte(inv.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, "book.yaml"), []byte("- {name: x, hosts: all, tasks: [{file: {path: "+
		"/etc/motd, content: x}}]}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := makeKey(filepath.Join(home, "id"), ""); err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(filepath.Join(home, "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd := exec.Command(program, "plan", "-F", "none", "--playbook", filepath.Join(home, "book.yaml"), inventory)
	cmd.Env = []string{"HOME=" + home}
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		cmd.Wait()
		close(ended)
	}()
	cut := time.After(within)
	for tick := time.NewTicker(5 * time.Millisecond); ; {
		peak = max(peak, highWater(cmd.Process.Pid))
		select {
		case <-tick.C:
			continue
		case <-cut:
			cmd.Process.Kill()
			<-ended
		case <-ended:
		}
		break
	}
	text, err := os.ReadFile(out.Name())
	if err != nil || peak == 0 {
		t.Fatal(peak, err)
	}
	return peak, string(text), cmd.ProcessState.ExitCode()
}

var highest = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// highWater is the most memory that a process has had; 0 where it is gone.
func highWater(pid int) int64 {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	found := highest.FindSubmatch(status)
	if found == nil {
		return 0
	}
	kilobytes, _ := strconv.ParseInt(string(found[1]), 10, 64)
	return kilobytes << 10
}
