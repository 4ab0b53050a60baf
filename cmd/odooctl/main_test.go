package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/crypto/ssh"

	"odooctl/playbooks/report"
	"odooctl/playbooks/report/schematest"
	"odooctl/remote/remotetest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"odooctl": func() {
		syscall.Setsid() // leaves the terminal of who runs the tests; fails where ttyin gave one
		main()
	}})
}

// TestCommandLine runs the scripts of testdata against the program itself. No
// script reaches further than this machine's loopback.
func TestCommandLine(t *testing.T) {
	sshd := remotetest.Start(t, remotetest.Faults{})
	_, port, err := net.SplitHostPort(sshd.Addr)
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			home := filepath.Join(e.WorkDir, "home")
			e.Setenv("HOME", home)
			e.Setenv("SSH_AUTH_SOCK", "")
			e.Setenv("SSHD", port)
			e.Setenv("HOSTKEY", sshd.Fingerprint())
			null, nullErr := nullDevice(e.WorkDir)
			e.Setenv("NULL", null)
			closed, err := closedPort()
			e.Setenv("CLOSED", closed)
			return errors.Join(err, nullErr, os.MkdirAll(filepath.Join(home, ".ssh"), 0o700),
				makeKey(filepath.Join(home, ".ssh", "id_ed25519"), ""), makeKey(filepath.Join(e.WorkDir, "encrypted"),
					"open sesame"))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "fits": fits(t)},
	})
}

// makeKey writes a private key: that of the home folder is the one that odooctl
// logs in with where the inventory names none.
func makeKey(file, passphrase string) error {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	block, err := ssh.MarshalPrivateKey(key, "test")
	if passphrase != "" {
		block, err = ssh.MarshalPrivateKeyWithPassphrase(key, "test", []byte(passphrase))
	}
	if err != nil {
		return err
	}
	return os.WriteFile(file, pem.EncodeToMemory(block), 0o600)
}

// nullDevice makes a /dev/null of the test's own. Who may not make one may not
// replace the real one either, and gets that.
func nullDevice(dir string) (string, error) {
	file := filepath.Join(dir, "null")
	err := syscall.Mknod(file, syscall.S_IFCHR|0o666, 1<<8|3)
	if errors.Is(err, syscall.EPERM) && os.Geteuid() != 0 {
		return os.DevNull, nil
	}
	return file, err
}

// closedPort returns a port of the loopback that nothing listens on.
func closedPort() (string, error) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port), nil
}

// fits compares what the last program printed with a schema: fits plan.
func fits(t *testing.T) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		schema, err := report.Schema(args[0])
		ts.Check(err)
		printed := []byte(ts.ReadFile("stdout"))
		if !json.Valid(printed) {
			ts.Fatalf("what was printed is not JSON")
		}
		if err := schematest.Validate(t, schema, printed); (err != nil) != neg {
			ts.Fatalf("%s: %v", args[0], err)
		}
	}
}

// exits runs a program, and fails unless it ends with the code that is its first
// argument: exits 4 odooctl plan inventory.yaml.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARGUMENT...")
	}
	code := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := err.(interface{ ExitCode() int })
		if !ok {
			ts.Fatalf("%v", err)
		}
		code = exit.ExitCode()
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit %d, want %s", code, args[0])
	}
}
