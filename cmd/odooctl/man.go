package main

import (
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// newMan is for packages, and for who has no help at hand: pages for man.
func newMan(u *ui) *cobra.Command {
	return &cobra.Command{
		Use:    "man FOLDER",
		Hidden: true,
		Short:  "Write a page for man of each verb into a folder",
		Long: `Write a page for man of each verb into a folder: odooctl.1, odooctl-plan.1 and so on.
Their date is $SOURCE_DATE_EPOCH, or that of the commit that odooctl was built from.`,
		Example: `odooctl man /usr/local/share/man/man1
odooctl man bin/man # then: man -l bin/man/odooctl.1`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return err
			}
			root := newRoot(u)
			date := u.buildDate()
			for _, c := range append(below(root), root) {
				asMarkdown(c)
			}
			return doc.GenManTree(root, &doc.GenManHeader{Section: "1", Source: "odooctl " + program(), Manual: "odooctl",
				Date: &date}, args[0])
		},
	}
}

// below are all verbs below one.
func below(c *cobra.Command) (list []*cobra.Command) {
	for _, sub := range c.Commands() {
		list = append(append(list, sub), below(sub)...)
	}
	return list
}

// asMarkdown gives the help of a verb the form that pages are made from: what is indented
// stays as it is, and the first page has the verbs by their groups, and the exit status.
func asMarkdown(c *cobra.Command) {
	if c.Long == "" {
		c.Long = c.Short + "."
	}
	if c.HasParent() {
		if !strings.Contains(c.Long, "Exit status:") {
			c.Long += "\n\nWhat the exit status means is in odooctl(1)."
		}
	} else {
		for _, g := range c.Groups() {
			c.Long += "\n\n" + g.Title + ":\n"
			for _, sub := range c.Commands() {
				if sub.GroupID == g.ID && sub.IsAvailableCommand() {
					c.Long += "\n  " + padded(sub.Name(), 12) + gap + sub.Short
				}
			}
		}
		c.Long += "\n\n" + exitTable
	}
	var lines []string
	before := ""
	for line := range strings.SplitSeq(c.Long, "\n") {
		indented := strings.HasPrefix(line, "  ")
		if indented && before != "" && !strings.HasPrefix(before, "  ") {
			lines = append(lines, "")
		}
		if before = line; indented {
			line = "    " + line
		}
		lines = append(lines, line)
	}
	c.Long = strings.Join(lines, "\n")
	c.Example = examples(c.Example, unseen)
}

// buildDate is when odooctl was built, or rather what it was built from.
func (u *ui) buildDate() time.Time {
	if seconds, err := strconv.ParseInt(u.env("SOURCE_DATE_EPOCH"), 10, 64); err == nil {
		return time.Unix(seconds, 0).UTC()
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if at, err := time.Parse(time.RFC3339, s.Value); s.Key == "vcs.time" && err == nil {
				return at
			}
		}
	}
	return time.Unix(0, 0).UTC()
}
