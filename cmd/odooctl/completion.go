package main

import (
	"io"

	"github.com/spf13/cobra"
)

// shell is one that completes what is typed.
type shell struct {
	name, title string
	script      func(*cobra.Command, io.Writer) error
	how         string // it is switched on
}

var shells = []shell{
	{"bash", "bash", func(c *cobra.Command, w io.Writer) error { return c.GenBashCompletionV2(w, true) },
		`source <(odooctl completion bash) # in this shell
odooctl completion bash > ~/.local/share/bash-completion/completions/odooctl # for good`},
	{"zsh", "zsh", (*cobra.Command).GenZshCompletion,
		`source <(odooctl completion zsh) # in this shell
odooctl completion zsh > "${fpath[1]}/_odooctl" # for good`},
	{"fish", "fish", func(c *cobra.Command, w io.Writer) error { return c.GenFishCompletion(w, true) },
		`odooctl completion fish | source # in this shell
odooctl completion fish > ~/.config/fish/completions/odooctl.fish # for good`},
	{"powershell", "PowerShell", (*cobra.Command).GenPowerShellCompletionWithDesc,
		`odooctl completion powershell | Out-String | Invoke-Expression # in this shell
odooctl completion powershell >> $PROFILE # for good`},
}

func newCompletion(u *ui) *cobra.Command {
	c := &cobra.Command{
		Use:   "completion",
		Short: "Print what has a shell complete verbs, flags and names with the Tab key",
		Long: `Print what has a shell complete with the Tab key: verbs, flags, and the names of hosts,
groups, deployments, runs, playbooks, tasks and secrets. It reads the inventory that the command line
names, else the one that the verb would take, and calls no host.`,
	}
	for _, s := range shells {
		c.AddCommand(&cobra.Command{
			Use:     s.name,
			Short:   "Print the script for " + s.title,
			Example: s.how,
			Args:    cobra.NoArgs,
			RunE:    func(c *cobra.Command, _ []string) error { return s.script(c.Root(), u.files[0]) },
		})
	}
	return c
}
