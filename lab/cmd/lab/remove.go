package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"odooctl/lab"
)

func newDown(o *options) *cobra.Command {
	var images bool
	cmd := &cobra.Command{
		Use:   "down",
		Short: "remove the lab",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := remove(cmd, *o); err != nil || !images {
				return err
			}
			return lab.RemoveImages(cmd.Context(), cmp.Or(o.cache, lab.DefaultCache))
		},
	}
	cmd.Flags().BoolVar(&images, "images", false, "remove the images too")
	return cmd
}

func newSweep(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "sweep",
		Short: "remove what killed runs left: every lab without a running host, or the one of --name whatever it runs",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("name") {
				return remove(cmd, *o)
			}
			names, err := lab.Names(o.state)
			if err != nil {
				return err
			}
			var failed []error
			for _, name := range names {
				each := *o
				each.name = name
				l, err := lab.Remains(each.config(cmd.ErrOrStderr()))
				if err != nil {
					return err
				}
				removed, err := l.Sweep(cmd.Context())
				if removed && err == nil {
					fmt.Fprintf(cmd.OutOrStdout(), "lab %s is removed\n", name)
				}
				failed = append(failed, err)
			}
			return errors.Join(failed...)
		},
	}
}

func remove(cmd *cobra.Command, o options) error {
	l, err := lab.Remains(o.config(cmd.ErrOrStderr()))
	if err != nil {
		return err
	}
	_, err = os.Stat(l.Dir())
	there := err == nil
	if err := l.Down(cmd.Context()); err != nil {
		return err
	}
	if there {
		fmt.Fprintf(cmd.OutOrStdout(), "lab %s is removed\n", o.name)
	} else {
		fmt.Fprintf(cmd.OutOrStdout(), "there is no lab %s\n", o.name)
	}
	return nil
}
