package main

import "github.com/spf13/cobra"

// newRoot lists the verbs in the order in which a new user needs them.
func newRoot(u *ui) *cobra.Command {
	root := &cobra.Command{
		Use:   "odooctl",
		Short: "Bring Odoo, PostgreSQL and nginx hosts to the state of one inventory, over SSH",
		Long: `odooctl reads hosts over SSH, shows how they differ from the inventory, and makes
exactly the changes that it showed: one transaction per host, which is put back as a
whole if any part of it fails.`,
		SilenceUsage:      true,
		SilenceErrors:     true,
		DisableAutoGenTag: true,
	}
	root.SetOut(u.out)
	root.SetErr(u.err)
	cobra.EnableCommandSorting = false
	root.AddCommand(
		newValidate(u),
		newTrust(u),
		newSecret(u),
		newPlan(u),
		newApply(u),
		newStatus(u),
		newDrain(u),
		newUndrain(u),
		newMaintenance(u),
		newSize(u),
		newTunnel(u),
		newPG(u),
		newDBFilter(u),
		newResume(u),
		newRollback(u),
		newHistory(u),
		newPlaybook(u),
		newSchema(u),
		newVersion(u),
	)
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	explainUsage(root)
	u.takesInventory(root)
	root.SetFlagErrorFunc(explainFlag)
	return root
}
