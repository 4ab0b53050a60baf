package main

import "github.com/spf13/cobra"

func newTunnel(u *ui) *cobra.Command {
	c := &cobra.Command{
		Use:   "tunnel",
		Short: "Open, list, test and close SSH tunnels to PostgreSQL",
		Long: `Open, list, test and close SSH tunnels to PostgreSQL: from this machine, for as
long as the command runs, and between two hosts of the inventory, for a time.
Permanent ones, of postgresql.access: tunnel, are made by apply.`,
	}
	c.AddCommand(newTunnelUp(u), newTunnelList(u), newTunnelTest(u), newTunnelDown(u))
	return c
}
