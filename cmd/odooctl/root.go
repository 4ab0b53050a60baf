package main

import "github.com/spf13/cobra"

// group is a part of the list of verbs.
type group struct {
	title string
	verbs []*cobra.Command
}

// newRoot lists the verbs in the order in which a new user needs them.
func newRoot(u *ui) *cobra.Command {
	root := &cobra.Command{
		Use:   "odooctl",
		Short: "Bring Odoo, PostgreSQL and nginx hosts to the state of one inventory, over SSH",
		Long: `odooctl reads hosts over SSH, shows how they differ from the inventory, and makes
exactly the changes that it showed: one transaction per host, which is put back as a
whole if any part of it fails.`,
		Example: `odooctl plan # what would change, of inventory.yaml here
odooctl apply -i acme.yaml -l web1 # make it so, on one host of another inventory`,
		Version:           program(),
		SilenceUsage:      true,
		SilenceErrors:     true,
		DisableAutoGenTag: true,
	}
	root.SetVersionTemplate("odooctl {{.Version}}\n")
	root.SetOut(u.out)
	root.SetErr(u.err)
	cobra.EnableCommandSorting = false
	for _, g := range []group{
		{"Begin", []*cobra.Command{newValidate(u), newTrust(u), newSecret(u)}},
		{"Change", []*cobra.Command{newPlan(u), newApply(u), newRollback(u), newResume(u)}},
		{"Look", []*cobra.Command{newStatus(u), newExplain(u), newGraph(u), newHistory(u)}},
		{"Work", []*cobra.Command{newDrain(u), newUndrain(u), newMaintenance(u)}},
		{"PostgreSQL", []*cobra.Command{newPG(u), newTunnel(u), newSize(u), newDBFilter(u)}},
		{"Machine", []*cobra.Command{newPlaybook(u), newSchema(u), newCompletion(u), newMan(u), newVersion(u), newHelp(u)}},
	} {
		root.AddGroup(&cobra.Group{ID: g.title, Title: g.title})
		for _, verb := range g.verbs {
			verb.GroupID = g.title
			if verb.Name() == "help" {
				root.SetHelpCommand(verb)
			}
			root.AddCommand(verb)
		}
	}
	root.SetHelpFunc(u.helpOf)
	explainUsage(root)
	u.globalFlags(root)
	u.takesInventory(root)
	u.completes(root)
	root.SetFlagErrorFunc(explainFlag)
	return root
}
