package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"odooctl/inventory/nearest"
)

// explainUsage makes a wrong command line of a verb, or of one below it, an error that names
// what is missing, too much or misspelt, and shows how the verb is used.
func explainUsage(verb *cobra.Command) {
	for _, sub := range verb.Commands() {
		explainUsage(sub)
	}
	if verb.Runnable() {
		verb.Args = explained(verb.Args)
		return
	}
	verb.Args = cobra.ArbitraryArgs
	verb.RunE = onlyBelow
}

// onlyBelow runs a verb that only has others below it.
func onlyBelow(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return c.Help()
	}
	return fmt.Errorf("%s has no %q%s\n%s", verbOf(c), args[0], nearest.Hint(args[0], verbsBelow(c)), usageLine(c))
}

// explainFlag says of a flag that a verb does not have which one is meant. Behind a mistyped
// verb, it is the verb that is wrong.
func explainFlag(c *cobra.Command, err error) error {
	if before := c.Flags().Args(); c.HasAvailableSubCommands() && len(before) > 0 {
		return onlyBelow(c, before)
	}
	var number *strconv.NumError // of a flag that is true or false: all others have a check of their own
	var value *pflag.InvalidValueError
	if errors.As(err, &value) && errors.As(err, &number) {
		return fmt.Errorf("%s: --%s is %q: want nothing behind it, or true or false", verbOf(c), value.GetFlag().Name,
			value.GetValue())
	}
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return err
	}
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, "--"+f.Name)
		}
	})
	return fmt.Errorf("%s: %w%s\n%s", verbOf(c), err, nearest.Hint("--"+unknown.GetSpecifiedName(), names), usageLine(c))
}

// verbsBelow are the names of the verbs below one.
func verbsBelow(c *cobra.Command) (names []string) {
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() || sub.Name() == "help" {
			names = append(names, sub.Name())
		}
	}
	return names
}

// explained is a rule for the number of arguments, in words.
func explained(rule cobra.PositionalArgs) cobra.PositionalArgs {
	if rule == nil {
		return nil
	}
	return func(c *cobra.Command, args []string) error {
		err := rule(c, args)
		if err == nil || !countError(err) {
			return err
		}
		needed, all := argumentsOf(c)
		switch {
		case len(args) < len(needed):
			hint := ""
			if len(args) == 0 && strings.HasPrefix(needed[0], "INVENTORY") {
				hint = ": name the file, with -i or in $" + inventoryVariable + "; there is no " + inventoryHere + " here"
			}
			missing, are := needed[len(args):], "is"
			if len(missing) > 1 {
				are = "are"
			}
			return fmt.Errorf("%s: %s %s missing%s\n%s", verbOf(c), strings.Join(missing, " and "), are, hint, usageLine(c))
		case len(args) > all:
			return fmt.Errorf("%s: %q is one argument too many\n%s", verbOf(c), args[all], usageLine(c))
		}
		return fmt.Errorf("%w\n%s", err, usageLine(c))
	}
}

// countError reports whether an error is one of cobra's about the number of arguments. They
// have no type of their own.
func countError(err error) bool {
	text := err.Error()
	return strings.HasPrefix(text, "accepts ") || strings.HasPrefix(text, "requires at least ") ||
		strings.HasPrefix(text, "unknown command ")
}

// argumentsOf reads the line of a verb's use: the arguments that it needs, in capitals, and
// how many it takes with those in brackets.
func argumentsOf(c *cobra.Command) (needed []string, all int) {
	words := strings.Fields(c.Use)
	for i := 1; i < len(words); i++ {
		switch w := words[i]; {
		case strings.HasPrefix(w, "--"):
			return needed, all
		case w == "|" && words[i+1] == c.Name(): // the verb has another form
			return needed, all
		case w == "|":
			i++
			needed[len(needed)-1] += " or " + words[i]
		case strings.HasPrefix(w, "[") || len(needed) < all:
			all++
		default:
			needed = append(needed, w)
			all++
		}
	}
	return needed, all
}

// verbOf is the words of a verb: pg revoke.
func verbOf(c *cobra.Command) string { return strings.TrimPrefix(c.CommandPath(), c.Root().Name()+" ") }

// usageLine shows how a verb is used.
func usageLine(c *cobra.Command) string {
	line := c.CommandPath() + strings.TrimPrefix(c.Use, c.Name())
	switch below := verbsBelow(c); {
	case !c.HasParent():
		line += " VERB"
	case len(below) > 0:
		line += " " + strings.Join(below, "|")
	}
	return fmt.Sprintf("usage: %s\n       %s --help tells more", line, c.CommandPath())
}
