// Command lab makes and removes disposable hosts for trying odooctl out. It needs root.
//
//	go run ./lab/cmd/lab up
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"odooctl/lab"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := newRoot().ExecuteContext(ctx); err != nil {
		var status exitStatus
		if errors.As(err, &status) {
			os.Exit(int(status))
		}
		fmt.Fprintln(os.Stderr, "lab:", err)
		os.Exit(1)
	}
}

// exitStatus is the exit status of a command on a host, with which this command exits
// too.
type exitStatus int

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// options are the flags that every verb has.
type options struct {
	name, cache, state string
}

func newRoot() *cobra.Command {
	var o options
	root := &cobra.Command{
		Use:           "lab",
		Short:         "disposable real hosts on this machine",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.PersistentFlags().StringVar(&o.name, "name", "dev", "the lab's name")
	root.PersistentFlags().StringVar(&o.cache, "cache", os.Getenv("ODOOCTL_LAB_CACHE"),
		"folder of the images, $ODOOCTL_LAB_CACHE (default "+lab.DefaultCache+")")
	root.PersistentFlags().StringVar(&o.state, "state", "", "folder of the labs (default "+lab.DefaultState+")")
	root.AddCommand(newBuild(&o), newUp(&o), newDown(&o), newStatus(&o), newExec(&o), newSSH(&o), newSweep(&o))
	return root
}

func (o options) config(progress io.Writer) lab.Config {
	return lab.Config{Name: o.name, Cache: o.cache, State: o.state, Progress: progress, Now: time.Now}
}

func newBuild(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "build",
		Short: "build the images that are missing, and boot nothing",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			config := o.config(cmd.ErrOrStderr())
			config.Subnet, config.Hosts = netip.MustParsePrefix(defaultSubnet), lab.Standard()
			l, err := lab.New(config)
			if err != nil {
				return err
			}
			return l.Build(cmd.Context())
		},
	}
}

const defaultSubnet = "198.18.7.0/24"

func newUp(o *options) *cobra.Command {
	var subnet string
	var hosts []string
	cmd := &cobra.Command{
		Use:   "up",
		Short: "make new hosts for the lab and boot them; an earlier lab of that name is removed",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			config := o.config(cmd.ErrOrStderr())
			var err error
			if config.Subnet, err = netip.ParsePrefix(subnet); err != nil {
				return fmt.Errorf("--subnet: %w", err)
			}
			if config.Hosts, err = lab.Select(lab.Standard(), hosts); err != nil {
				return fmt.Errorf("--hosts: %w", err)
			}
			l, err := lab.New(config)
			if err != nil {
				return err
			}
			if err := l.Up(cmd.Context()); err != nil {
				return err
			}
			return printHosts(cmd.OutOrStdout(), l)
		},
	}
	cmd.Flags().StringVar(&subnet, "subnet", defaultSubnet, "a /24 of 198.18.0.0/15, another one for each lab")
	cmd.Flags().StringSliceVar(&hosts, "hosts", nil, "which of the standard hosts, such as db1,web1 (default all)")
	return cmd
}
