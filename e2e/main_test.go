//go:build lab

package e2e

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"odooctl/lab"
)

// name and subnet are the tests' own: a demo may run beside them. Two simultaneous runs
// of the tests need ODOOCTL_E2E="name 198.18.x.".
var name, subnet = "e2e", "198.18.2."

// thorough is for make soak: CI runs the short form of long tests. keepLab is for repeated
// runs of a test, and for shards.
var (
	thorough = flag.Bool("thorough", false, "run the whole form of long tests")
	keepLab  = flag.Bool("keep", false, "take the hosts that an earlier run has kept, and keep them")
	program  = flag.String("program", "", "the odooctl to test; without it, it is built")
)

// each reports whether a case is tried: in CI the first and each nth after it.
func each(n, i int) bool { return *thorough || i%n == 0 }

// long runs a subtest that CI has no time for.
func long(t *testing.T, name string, test func(t *testing.T)) {
	if *thorough {
		t.Run(name, test)
	}
}

var (
	fleet  *lab.Lab
	binary string // the odooctl under test
	folder string // has the inventory, the key and the secrets
)

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == loads {
		os.Exit(asLoad(os.Args[2:]))
	}
	os.Exit(run(m))
}

// run boots the lab once for all tests. Missing prerequisites end it: a test that did
// not run has not passed.
func run(m *testing.M) int {
	flag.Parse()
	ctx, cancel := context.WithTimeout(context.Background(), 55*time.Minute)
	defer cancel()
	if own := strings.Fields(os.Getenv("ODOOCTL_E2E")); len(own) == 2 {
		name, subnet = own[0], own[1]
	}
	lock, err := os.OpenFile("/run/odooctl-"+name+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err == nil {
		defer lock.Close()
		err = syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "e2e: take the lab %s: %v; is another run of the tests at work?\n", name, err)
		return 1
	}
	fleet, err = lab.New(lab.Config{Name: name, Subnet: netip.MustParsePrefix(subnet + "0/24"), Hosts: hosts(),
		Cache: os.Getenv("ODOOCTL_LAB_CACHE"), Progress: os.Stderr, Now: time.Now})
	if err == nil {
		err = boot(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		return 1
	}
	if !*keepLab {
		defer fleet.Down(context.WithoutCancel(ctx))
	}
	return m.Run()
}

// boot makes the hosts and what the program needs to reach them. What is kept belongs
// to the lab.
func boot(ctx context.Context) error {
	folder = filepath.Join(fleet.Dir(), "e2e")
	running := false
	if *keepLab {
		var err error
		if running, err = fleet.Running(); err != nil {
			return err
		}
	}
	if _, err := os.Stat(inventory()); !running || err != nil {
		if err := fleet.Up(ctx); err != nil {
			return err
		}
		if err := prepare(); err != nil {
			return err
		}
	}
	if binary = *program; binary != "" {
		return nil
	}
	binary = filepath.Join(folder, "odooctl")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", binary,
		"odooctl/cmd/odooctl").CombinedOutput(); err != nil {
		return fmt.Errorf("build odooctl: %w\n%s", err, out)
	}
	return nil
}

// hosts are the demo's, and for the whole form two more of its Odoo hosts.
func hosts() []lab.Host {
	list := lab.Standard()
	if !*thorough {
		return list
	}
	for _, h := range list {
		if h.Name == "app2" {
			h.Name, h.Number = "app3", 13
			list = append(list, h)
			h.Name, h.Number = "app4", 14
			return append(list, h)
		}
	}
	panic("the lab has no app2")
}

// prepare writes the demo's inventory for this lab.
func prepare() error {
	secrets := filepath.Join(folder, ".state", "secrets")
	if err := os.MkdirAll(secrets, 0o700); err != nil {
		return err
	}
	for _, name := range []string{"admin", "mycompany", "next"} {
		if err := os.WriteFile(filepath.Join(secrets, name), []byte(password()), 0o600); err != nil {
			return err
		}
	}
	for _, name := range []string{"id_ed25519", "known_hosts"} {
		if err := os.Symlink(filepath.Join(fleet.Dir(), name), filepath.Join(folder, ".state", name)); err != nil {
			return err
		}
	}
	text, err := os.ReadFile("../lab/inventory.yaml")
	if err != nil {
		return err
	}
	return os.WriteFile(inventory(), bytes.ReplaceAll(text, []byte("198.18.1."), []byte(subnet)), 0o644)
}

func inventory() string { return filepath.Join(folder, "inventory.yaml") }

func password() string {
	b := make([]byte, 12)
	if _, err := rand.Read(b); err != nil {
		panic(err)
	}
	return hex.EncodeToString(b)
}

// result is the result of one call of odooctl.
type result struct {
	code     int
	out, err string
	took     time.Duration
}

// offTerminal starts a program apart from the terminal of who runs the tests, on which
// odooctl would ask.
var offTerminal = &syscall.SysProcAttr{Setsid: true}

// odooctl runs the program, without a terminal.
func odooctl(t *testing.T, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Dir = folder
	cmd.Env = environment()
	cmd.SysProcAttr = offTerminal
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	began := time.Now()
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	r := result{cmd.ProcessState.ExitCode(), out.String(), stderr.String(), time.Since(began)}
	t.Logf("odooctl %s: exit %d in %.2f s", strings.Join(args, " "), r.code, r.took.Seconds())
	return r
}

// environment is the program's environment: no agent, and a folder of the tests for its
// journals.
func environment() []string {
	return append(os.Environ(), "SSH_AUTH_SOCK=", "XDG_STATE_HOME="+filepath.Join(folder, "state"))
}

// want fails the test if the exit code differs.
func (r result) want(t *testing.T, code int) result {
	t.Helper()
	if r.code != code {
		t.Fatalf("exit %d, want %d\n%s\n%s", r.code, code, r.out, r.err)
	}
	return r
}

// has fails the test if a text is in neither output.
func (r result) has(t *testing.T, texts ...string) result {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(r.out+r.err, text) {
			t.Errorf("%q is missing in:\n%s\n%s", text, r.out, r.err)
		}
	}
	return r
}

// on runs a script on a host of the lab, not over SSH.
func on(t *testing.T, host, script string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	out, err := fleet.Host(host).Exec(ctx, script)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
