package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"odooctl/lab"
)

func newStatus(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "show the lab's hosts",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			l, err := open(cmd, o)
			if err != nil {
				return err
			}
			return printHosts(cmd.OutOrStdout(), l)
		},
	}
}

func newExec(o *options) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "exec HOST COMMAND...",
		Short: "run a shell command on a host, as root and not over SSH",
		Args:  cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			m, err := host(cmd, o, args[0])
			if err != nil {
				return err
			}
			inside, err := m.Command(cmd.Context(), "sh", "-c", strings.Join(args[1:], " "))
			if err != nil {
				return err
			}
			inside.Stdin, inside.Stdout, inside.Stderr = cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr()
			err = inside.Run()
			var exit *exec.ExitError
			if errors.As(err, &exit) && exit.ExitCode() > 0 {
				return exitStatus(exit.ExitCode())
			}
			return err
		},
	}
	cmd.Flags().SetInterspersed(false)
	return cmd
}

func newSSH(o *options) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "ssh [--] HOST [ARGUMENT...]",
		Short: "run ssh to a host, as deploy; put root@ before the host for root",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			_, name, found := strings.Cut(args[0], "@")
			if !found {
				name = args[0]
			}
			if _, err := host(cmd, o, name); err != nil {
				return err
			}
			l, err := open(cmd, o)
			if err != nil {
				return err
			}
			ssh, err := exec.LookPath("ssh")
			if err != nil {
				return err
			}
			return syscall.Exec(ssh, append([]string{"ssh", "-F", l.SSHConfig()}, args...), os.Environ())
		},
	}
	cmd.Flags().SetInterspersed(false)
	return cmd
}

func open(cmd *cobra.Command, o *options) (*lab.Lab, error) {
	l, err := lab.Open(o.config(cmd.ErrOrStderr()))
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("there is no lab %s, or its hosts are still being made: lab up --name %s",
			o.name, o.name)
	}
	return l, err
}

func host(cmd *cobra.Command, o *options, name string) (*lab.Machine, error) {
	l, err := open(cmd, o)
	if err != nil {
		return nil, err
	}
	m := l.Host(name)
	if m == nil {
		return nil, fmt.Errorf("lab %s has no host %s", o.name, name)
	}
	return m, nil
}

func printHosts(out io.Writer, l *lab.Lab) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "HOST\tADDRESS\tIMAGE\tSERVICES\tSTATE")
	for _, m := range l.Machines() {
		state := "down"
		pid, err := m.PID()
		switch {
		case err == nil:
			state = fmt.Sprintf("up, process %d", pid)
		case !errors.Is(err, lab.ErrDown):
			return err
		}
		d := m.Definition()
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", m.Name(), m.Address(), d.Image,
			strings.Join(d.Services, ", "), state)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "\nssh -F %s HOST\n", l.SSHConfig())
	return err
}
