package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"odooctl/playbooks/run"
)

// execThrough runs a shell command with a tunnel, and ends with its exit code. Ctrl-C
// goes to the command: psql cancels a query with it.
func (u *ui) execThrough(ctx context.Context, f *run.Forward, l net.Listener, command string) error {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)
	ctx, cancel := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() { served <- f.Serve(ctx, l) }()
	defer func() {
		cancel()
		if err := <-served; err != nil {
			fmt.Fprintf(u.err, "odooctl: %v\n", err)
		}
	}()

	pass, remove, err := passFile(f, l)
	if err != nil {
		return err
	}
	defer remove()
	cmd := exec.Command("/bin/sh", "-c", command)
	cmd.Env = libpqEnvironment(os.Environ(), f, l, pass)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = u.in, u.files[0], u.files[1]
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("--exec: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case s := <-signals:
			// A terminal gives SIGINT to the command by itself.
			if s != os.Interrupt || u.tty == nil {
				cmd.Process.Signal(s)
			}
		case err := <-ended:
			return execCode(err)
		}
	}
}

// execCode is the exit code of a command, as a shell reports it.
func execCode(err error) error {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return err
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return codeError(128 + int(status.Signal()))
	}
	return codeError(exit.ExitCode())
}

// libpqEnvironment is the environment with the way through the tunnel, without the
// variables that could lead libpq elsewhere (PostgreSQL documentation, "Environment
// Variables").
func libpqEnvironment(environment []string, f *run.Forward, l net.Listener, pass string) []string {
	list := slices.DeleteFunc(slices.Clone(environment), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains([]string{"PGHOST", "PGHOSTADDR", "PGPORT", "PGUSER", "PGDATABASE", "PGSERVICE", "PGPASSWORD"},
			name) || name == "PGPASSFILE" && pass != ""
	})
	host, port := run.NearEnd(l.Addr())
	list = append(list, "PGHOST="+host, "PGPORT="+port, "PGUSER="+f.Role, "PGDATABASE="+f.Database)
	if pass != "" {
		list = append(list, "PGPASSFILE="+pass)
	}
	return list
}

// passFile writes the role's password, where the inventory has it, into a folder
// that only this user can enter. It returns the file and what removes it.
func passFile(f *run.Forward, l net.Listener) (file string, remove func(), err error) {
	secret := f.Deployment.PostgreSQL.Role.Password
	if secret.IsZero() || secret.Made() {
		return "", func() {}, nil
	}
	password, err := secret.Reveal()
	if err != nil {
		return "", nil, err
	}
	dir, err := os.MkdirTemp("", "odooctl-")
	if err != nil {
		return "", nil, fmt.Errorf("make a place for the password: %w", err)
	}
	file, remove = filepath.Join(dir, "pgpass"), func() { os.RemoveAll(dir) }
	host, port := run.NearEnd(l.Addr())
	escape := strings.NewReplacer(`\`, `\\`, ":", `\:`).Replace
	line := strings.Join([]string{escape(host), port, "*", escape(f.Role), escape(password)}, ":") + "\n"
	if err := os.WriteFile(file, []byte(line), 0o600); err != nil {
		remove()
		return "", nil, fmt.Errorf("write the password for psql: %w", err)
	}
	return file, remove, nil
}
