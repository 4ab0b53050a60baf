package main

import (
	"cmp"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"odooctl/inventory/nearest"
)

// This file is how help looks: what a verb does, how it is used, two examples, its flags. It
// is as wide as the terminal, and at most as wide as lines can be read well.

const (
	readable = 96 // columns of help on a wide terminal
	unseen   = 80 // and where there is none
	narrow   = 30 // below which a terminal is taken to be as wide
)

// topics are pages of help that are no verbs.
var topics = map[string]string{"exit": exitTable}

// newHelp is the verb that shows help of verbs, and the topics.
func newHelp(u *ui) *cobra.Command {
	return &cobra.Command{
		Use:   "help [VERB...]",
		Short: "Show the help of a verb, or what the exit status means",
		Long: `Show the help of a verb, as VERB --help does. odooctl help exit shows what the exit status
means.`,
		Example: `odooctl help pg allow
odooctl help exit # what the exit status means`,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 1 && topics[args[0]] != "" {
				u.printf("%s\n", filled(topics[args[0]], u.helpWidth()))
				return nil
			}
			verb, rest, err := c.Root().Find(args)
			if err == nil && len(rest) == 0 {
				return verb.Help()
			}
			wrong := append(rest, args...)[0]
			return fmt.Errorf("there is no help for %q%s\n%s", strings.Join(args, " "),
				nearest.Hint(wrong, append(verbsBelow(verb), "exit")), usageLine(c))
		},
	}
}

// helpWidth is how wide help is.
func (u *ui) helpWidth() int {
	width := u.width()
	if width == 0 {
		width = unseen
	}
	return max(min(width, readable), narrow)
}

// helpOf writes the help of a verb.
func (u *ui) helpOf(c *cobra.Command, _ []string) {
	c.InitDefaultHelpFlag()
	c.InitDefaultVersionFlag()
	writeHelp(u.out, c, u.helpWidth())
}

func writeHelp(w io.Writer, c *cobra.Command, width int) {
	fmt.Fprintln(w, filled(cmp.Or(c.Long, c.Short), width))
	if c.Runnable() {
		fmt.Fprintf(w, "\nUsage:\n%s\n", filled("  "+usageOf(c), width))
	}
	if c.Example != "" {
		fmt.Fprintf(w, "\nExamples:\n%s", examples(c.Example, width))
	}
	writeVerbs(w, c, width)
	own, every := flagsOf(c)
	writeFlags(w, "Flags", own, width)
	writeFlags(w, "Flags of every verb", every, width)
	var more []string
	if c.HasAvailableSubCommands() {
		more = append(more, c.CommandPath()+" VERB --help tells more of a verb.")
	}
	if !strings.Contains(c.Long, "Exit status:") {
		more = append(more, "odooctl help exit tells what the exit status means.")
	}
	if len(more) > 0 {
		fmt.Fprintf(w, "\n%s\n", filled(strings.Join(more, " "), width))
	}
}

// flagsOf returns the flags that act in a verb, and those of all verbs.
func flagsOf(c *cobra.Command) (own, every *pflag.FlagSet) {
	own, every = pflag.NewFlagSet("", pflag.ContinueOnError), pflag.NewFlagSet("", pflag.ContinueOnError)
	own.SortFlags, every.SortFlags = c.Flags().SortFlags, false
	all := c.Root().PersistentFlags()
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if all.Lookup(f.Name) == nil {
			own.AddFlag(f)
		}
	})
	all.VisitAll(every.AddFlag)
	return own, every
}

// writeFlags lists flags: what each takes, and what it does, beside it or, on a narrow
// terminal, below.
func writeFlags(w io.Writer, title string, flags *pflag.FlagSet, width int) {
	var leads, texts []string
	column := 0
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		takes, text := pflag.UnquoteUsage(f)
		lead := "      --" + f.Name
		if f.Shorthand != "" {
			lead = "  -" + f.Shorthand + ", --" + f.Name
		}
		if takes != "" {
			lead += " " + takes
		}
		if !slices.Contains([]string{"", "0", "0s", "false", "[]"}, f.DefValue) {
			text += " (default " + f.DefValue + ")"
		}
		leads, texts = append(leads, lead), append(texts, text)
		column = max(column, len(lead)+3)
	})
	if len(leads) > 0 {
		fmt.Fprintf(w, "\n%s:\n", title)
	}
	for i, lead := range leads {
		if column > width/2 {
			fmt.Fprintf(w, "%s\n%s\n", lead, hung("          ", texts[i], width))
			continue
		}
		fmt.Fprintln(w, hung(padded(lead, column), texts[i], width))
	}
}

// usageOf is the line of a verb's use, with each of its forms.
func usageOf(c *cobra.Command) string {
	line := c.CommandPath() + strings.TrimPrefix(c.Use, c.Name())
	if c.HasAvailableSubCommands() {
		return line + " VERB"
	}
	return line
}

// writeVerbs lists the verbs below one, by their groups.
func writeVerbs(w io.Writer, c *cobra.Command, width int) {
	column := 0
	for _, name := range verbsBelow(c) {
		column = max(column, len(name))
	}
	groups := c.Groups()
	if len(groups) == 0 {
		groups = []*cobra.Group{{Title: "Verbs"}}
	}
	for _, g := range groups {
		title := "\n" + g.Title + ":\n"
		for _, sub := range c.Commands() {
			if slices.Contains(verbsBelow(c), sub.Name()) && sub.GroupID == g.ID {
				fmt.Fprintf(w, "%s%s\n", title, hung(gap+padded(sub.Name(), column)+gap, sub.Short, width))
				title = ""
			}
		}
	}
}

// examples lays out lines of an example: what is after # says what it is for, beside it or,
// where there is no room, above it.
func examples(text string, width int) string {
	var lines [][2]string
	column := 0
	for line := range strings.Lines(text) {
		command, why, _ := strings.Cut(strings.TrimSpace(line), " # ")
		lines = append(lines, [2]string{command, why})
		column = max(column, len(command))
	}
	beside := true
	for _, l := range lines {
		beside = beside && 2+column+4+len(l[1]) <= width
	}
	var b strings.Builder
	for _, l := range lines {
		switch {
		case l[1] == "":
			b.WriteString(broken(l[0], width))
		case beside:
			fmt.Fprintf(&b, "  %s  # %s\n", padded(l[0], column), l[1])
		default:
			b.WriteString(strings.ReplaceAll(hung("  ", "# "+l[1], width), "\n  ", "\n  # ") + "\n" + broken(l[0], width))
		}
	}
	return b.String()
}

// quoted matches the words of a command, with what is between quotes.
var quoted = regexp.MustCompile(`('[^']*'|[^\s'])+`)

// broken wraps a command to a width, as a shell takes it.
func broken(command string, width int) string {
	line, lines := " ", []string(nil)
	for _, word := range quoted.FindAllString(command, -1) {
		if len(line)+1+len(word)+2 > width && line != " " {
			lines, line = append(lines, line), "   "
		}
		line += " " + word
	}
	return strings.Join(append(lines, line), " \\\n") + "\n"
}

// filled wraps text to a width: paragraphs as a whole, and each indented line by itself, under
// what follows its first gap. A line that is indented further than the one before goes on with it.
func filled(text string, width int) string {
	var out []string
	paragraph, lead := "", ""
	end := func() {
		if paragraph != "" {
			out = append(out, hung(lead, paragraph, width))
		}
		paragraph, lead = "", ""
	}
	for line := range strings.SplitSeq(text, "\n") {
		words := strings.TrimLeft(line, " ")
		indent := len(line) - len(words)
		switch {
		case words == "":
			end()
			out = append(out, "")
		case paragraph != "" && (indent == 0 && lead == "" || lead != "" && indent > 2):
			paragraph += " " + words
		default:
			end()
			if indent > 0 {
				lead = line[:indent]
				if at := strings.Index(words, "  "); at > 0 {
					rest := strings.TrimLeft(words[at:], " ")
					lead, words = line[:len(line)-len(rest)], rest
				}
			}
			paragraph = words
		}
	}
	end()
	return strings.Join(out, "\n")
}

// hung wraps text to a width, under itself, after what leads it.
func hung(lead, text string, width int) string {
	indent := strings.Repeat(" ", ansi.StringWidth(lead))
	var b strings.Builder
	b.WriteString(lead)
	at := ansi.StringWidth(lead)
	for i, word := range strings.Fields(text) {
		n := ansi.StringWidth(word)
		switch {
		case i == 0:
		case at+1+n > width:
			b.WriteString("\n" + indent)
			at = len(indent)
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += n
	}
	return b.String()
}
