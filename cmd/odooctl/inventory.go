package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"odooctl/playbooks/run"
	"odooctl/tasks"
)

// inventoryVariable names the inventory where the command line does not.
const inventoryVariable = "ODOOCTL_INVENTORY"

// inventoryHere is the inventory where that names none either.
const inventoryHere = "inventory.yaml"

// manyInventories are the verbs that may be given several: they change nothing.
var manyInventories = []string{"plan", "status", "validate"}

// takesInventory gives a verb whose first argument is an inventory the flag -i, and the verbs
// below it. Without the flag and the argument it is $ODOOCTL_INVENTORY, or inventory.yaml here.
func (u *ui) takesInventory(verb *cobra.Command) {
	for _, sub := range verb.Commands() {
		u.takesInventory(sub)
	}
	words := strings.Fields(verb.Use)
	if len(words) < 2 || strings.Trim(words[1], "[].") != "INVENTORY" {
		return
	}
	help := "the `file` of the inventory, in place of the argument; without both, $" + inventoryVariable + ", " +
		inventoryHere + " here, or the one of your configuration"
	if slices.Contains(manyInventories, verb.Name()) {
		help += "; also a folder, whose playbooks are left out, or a pattern such as 'customers/*.yaml', and several times"
	}
	given := verb.Flags().StringArrayP("inventory", "i", nil, help)
	rule, do := verb.Args, verb.RunE
	named := func(args []string) string { // "" if args have it
		fits := rule(verb, args) == nil
		known := u.inventoryKnown()
		switch {
		case len(*given) > 0:
			return (*given)[0]
		case known == "", fits && len(args) != 1, fits && strings.HasPrefix(words[1], "INVENTORY"):
			return ""
		case len(args) > 0 && looksLikeFile(args[0]):
			return ""
		}
		return known
	}
	verb.Args = func(c *cobra.Command, args []string) error {
		if _, err := u.config(); err != nil {
			return err
		}
		if first := named(args); first != "" {
			args = append([]string{first}, args...)
		}
		return rule(c, args)
	}
	verb.RunE = func(c *cobra.Command, args []string) error {
		first := named(args)
		if first == "" {
			return do(c, args)
		}
		files, err := inventories(c, cmp.Or(strings.Join(*given, "\n"), first))
		switch {
		case err != nil:
			return err
		case len(files) == 1 || strings.HasSuffix(words[1], "..."):
			return do(c, append(files, args...))
		}
		return u.each(c, files, func(file string) error { return do(c, append([]string{file}, args...)) })
	}
}

// inventories are the files that -i names, one in each line: files, and for the verbs that
// take several also folders and patterns.
func inventories(c *cobra.Command, lines string) (files []string, err error) {
	for name := range strings.SplitSeq(lines, "\n") {
		found, err := inventoriesOf(name)
		if err != nil {
			return nil, err
		}
		files = append(files, found...)
	}
	if out := c.Flags().Lookup("out"); len(files) > 1 && out != nil && out.Changed {
		return nil, fmt.Errorf("%s: --out keeps the plan of one inventory, and there are %d: %s", verbOf(c), len(files),
			strings.Join(files, ", "))
	}
	if len(files) > 1 && !slices.Contains(manyInventories, verbOf(c)) {
		return nil, fmt.Errorf("%s works on one inventory, and there are %d: %s", verbOf(c), len(files),
			strings.Join(files, ", "))
	}
	return files, nil
}

// inventoriesOf are the YAML files of a folder that are no playbooks, or what a pattern
// matches. Any other name stands for itself.
func inventoriesOf(name string) (files []string, err error) {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		for _, ending := range []string{"*.yaml", "*.yml"} {
			found, err := filepath.Glob(filepath.Join(name, ending))
			if err != nil {
				return nil, err
			}
			files = append(files, found...)
		}
		files = slices.DeleteFunc(files, func(file string) bool {
			data, err := os.ReadFile(file)
			return err == nil && isPlaybook(data)
		})
		slices.Sort(files)
		if files == nil {
			return nil, fmt.Errorf("the folder %s holds no inventory: no file there ends in .yaml or .yml", name)
		}
		return files, nil
	}
	if exists(name) || !strings.ContainsAny(name, "*?[") {
		return []string{name}, nil
	}
	if files, err = filepath.Glob(name); err == nil && files == nil {
		err = fmt.Errorf("no file matches %s", name)
	}
	return files, err
}

// sum is what several inventories have together.
type sum struct{ hosts, changes int }

// add counts what was read of one inventory; nothing where there is only one.
func (s *sum) add(r *run.Run) {
	if s == nil {
		return
	}
	s.hosts += len(r.Report().Outcomes)
	for _, p := range r.Plans() {
		s.changes += p.Count()
	}
}

// each does the same with several inventories, in a section each, and sums up how it ended.
func (u *ui) each(c *cobra.Command, files []string, do func(file string) error) error {
	told := u
	if form := c.Flags().Lookup("output"); form != nil && form.Value.String() == "json" {
		told = u.showing("json")
	}
	u.sum = &sum{}
	var worst error
	var bad []string
	for _, file := range files {
		told.printf("== %s\n", file)
		err := do(file)
		if message := errorMessage(err); message != "" {
			fmt.Fprintln(u.err, message)
		}
		code := exitCode(c.Context(), err)
		if code == exitInterrupted {
			return codeError(code)
		}
		if code != exitOK {
			bad = append(bad, fmt.Sprintf("%s: exit %d", file, code))
			worst = worse(worst, codeError(code))
		}
	}
	told.printf("== %s: %d done", tasks.Plural(len(files), "inventory"), len(files)-len(bad))
	if u.sum.hosts > 0 {
		told.printf(", %s, %s pending", tasks.Plural(u.sum.hosts, "host"), tasks.Plural(u.sum.changes, "change"))
	}
	if len(bad) > 0 {
		told.printf("; %s", strings.Join(bad, ", "))
	}
	told.printf("\n")
	return worst
}

// byUrgency are the codes that a verb may end with for one of several inventories.
var byUrgency = []codeError{exitUsage, exitUnreachable, exitLocked, exitStale, exitFailed}

// worse returns the more urgent of two ends.
func worse(a error, b codeError) error {
	if before, ok := a.(codeError); ok && slices.Index(byUrgency, before) >= slices.Index(byUrgency, b) {
		return before
	}
	return b
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
