package main

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

// inventoryVariable names the inventory where the command line does not.
const inventoryVariable = "ODOOCTL_INVENTORY"

// inventoryHere is the inventory where that names none either.
const inventoryHere = "inventory.yaml"

// takesInventory gives a verb whose first argument is an inventory the flag -i, and the verbs
// below it. Without the flag and the argument it is $ODOOCTL_INVENTORY, or inventory.yaml here.
func (u *ui) takesInventory(verb *cobra.Command) {
	for _, sub := range verb.Commands() {
		u.takesInventory(sub)
	}
	words := strings.Fields(verb.Use)
	if len(words) < 2 || strings.Trim(words[1], "[]") != "INVENTORY" {
		return
	}
	file := verb.Flags().StringP("inventory", "i", "", "the `file` of the inventory, in place of the argument; without "+
		"both, $"+inventoryVariable+", "+inventoryHere+" here, or the one of your configuration")
	rule, do := verb.Args, verb.RunE
	complete := func(args []string) []string {
		fits := rule(verb, args) == nil
		known := cmp.Or(*file, u.inventoryKnown())
		switch {
		case *file != "":
		case known == "", fits && len(args) != 1, fits && words[1] == "INVENTORY":
			return args
		case len(args) > 0 && looksLikeFile(args[0]):
			return args
		}
		return append([]string{known}, args...)
	}
	verb.Args = func(c *cobra.Command, args []string) error {
		if _, err := u.config(); err != nil {
			return err
		}
		return rule(c, complete(args))
	}
	verb.RunE = func(c *cobra.Command, args []string) error { return do(c, complete(args)) }
}

// inventoryKnown is the inventory that the environment, this folder or the user's
// configuration has; "" if none does.
func (u *ui) inventoryKnown() string {
	if file := u.env(inventoryVariable); file != "" {
		return file
	}
	if exists(inventoryHere) {
		return inventoryHere
	}
	settings, _ := u.config() // which is read again before the verb begins
	return settings["inventory"].text
}

// looksLikeFile tells an inventory from the name of a deployment, a host or a secret.
func looksLikeFile(arg string) bool {
	info, err := os.Stat(arg)
	return filepath.Ext(arg) == ".yaml" || filepath.Ext(arg) == ".yml" || err == nil && !info.IsDir()
}
