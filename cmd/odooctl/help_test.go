package main

import (
	"bytes"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	words "mvdan.cc/sh/v3/shell"
)

// anybody is a user without an environment.
func anybody() *ui { return newUI(os.Stdin, os.Stdout, os.Stderr, func(string) string { return "" }) }

// tree returns the program as it is, and its verbs by their words.
func tree() (*cobra.Command, map[string]*cobra.Command) {
	root := newRoot(anybody())
	list := map[string]*cobra.Command{}
	verbs(root, func(c *cobra.Command) {
		if c.HasParent() {
			list[verbOf(c)] = c
		}
	})
	return root, list
}

// actsIn says of each flag that several verbs share in which it acts, and why in no others.
var actsIn = map[string]struct{ verbs, why string }{
	"limit":         {"trust plan apply rollback status size tunnel.list tunnel.test", "the others are told their hosts"},
	"tags":          {"plan apply status", "they take a playbook, and resume that of its run"},
	"playbook":      {"plan apply status", "likewise"},
	"update":        {"plan apply", "they take modules; what status compares updates none"},
	"allow-restart": {"plan apply resume", "no other restarts PostgreSQL because of settings"},
	"batch":         {"apply resume", "they go over hosts"}, "at-once": {"apply resume", "likewise"},
	"max-failures": {"apply resume", "likewise"},
	"forks": {"trust plan apply rollback resume status explain drain undrain maintenance size tunnel.list tunnel.test",
		"the others work on one host, or two"},
	"lock-timeout": {onHosts, "they wait for locks"}, "timings": {onHosts, "they reach hosts"},
	"ask-pass": {onHosts, "they log in"}, "ask-sudo-pass": {onHosts, "they become root"},
	"ssh-config": {onHosts + " trust", "they log in, trust to jump hosts"},
	"yes":        {asking + " trust", "they ask"}, "no-diff": {asking + " plan -rollback", "they show a plan"},
	"full":   {asking + " plan -rollback", "likewise"},
	"output": {onHosts + " trust history dbfilter validate graph", "they have results"},
	"inventory": {"validate trust explain graph secret.set secret.show secret.list secret.delete plan apply status " +
		"drain undrain maintenance " +
		"pg.explain pg.rules pg.allow pg.revoke tunnel.up tunnel.list tunnel.test tunnel.down size dbfilter",
		"rollback and resume have that of their run"},
	"from":       {"pg.explain pg.allow pg.revoke", "who is let in"},
	"for":        {"pg.allow tunnel.up", "what ends by itself"},
	"odoo":       {"size dbfilter", "what differs between versions of Odoo"},
	"file":       {"pg.explain pg.rules", "they read a pg_hba.conf of this machine too"},
	"pg-version": {"pg.explain pg.rules", "likewise"},
}

const (
	asking  = "apply rollback resume drain undrain maintenance pg.allow pg.revoke tunnel.up tunnel.down"
	onHosts = asking + " plan status explain pg.explain pg.rules tunnel.list tunnel.test size"
)

// TestFlagsAct: a verb has only the flags that do something in it.
func TestFlagsAct(t *testing.T) {
	root, verbs := tree()
	have := map[string][]string{}
	for name, c := range verbs {
		c.NonInheritedFlags().VisitAll(func(f *pflag.Flag) {
			if root.PersistentFlags().Lookup(f.Name) == nil && f.Name != "help" {
				have[f.Name] = append(have[f.Name], strings.ReplaceAll(name, " ", "."))
			}
		})
	}
	for flag, names := range have {
		slices.Sort(names)
		acts, known := actsIn[flag]
		if !known {
			if len(names) > 1 {
				t.Errorf("--%s is a flag of %s: say in actsIn in which verbs it acts, and why in no others", flag,
					strings.Join(names, ", "))
			}
			continue
		}
		want := map[string]bool{}
		for _, verb := range strings.Fields(acts.verbs) {
			if rest, not := strings.CutPrefix(verb, "-"); not {
				delete(want, rest)
			} else {
				want[verb] = true
			}
		}
		if wanted := slices.Sorted(maps.Keys(want)); !slices.Equal(names, wanted) {
			t.Errorf("--%s is a flag of\n%s, and acts in\n%s: %s", flag, names, wanted, acts.why)
		}
	}
	for flag := range actsIn {
		if have[flag] == nil {
			t.Errorf("no verb has --%s", flag)
		}
	}
}

// TestExamples: each verb has two, and the program takes them.
func TestExamples(t *testing.T) {
	_, verbs := tree()
	for name, c := range verbs {
		lines := strings.Split(c.Example, "\n")
		if c.HasSubCommands() {
			continue
		}
		if len(lines) < 2 {
			t.Errorf("%s has %d examples: want two", name, len(lines))
		}
		for _, line := range lines {
			command, _, _ := strings.Cut(line, " # ")
			at := strings.Index(command, "odooctl ")
			if at < 0 {
				t.Errorf("%s: the example %q calls something else", name, line)
				continue
			}
			command = strings.TrimRight(command[at:], ")")
			command, _, _ = strings.Cut(command, " >")
			command, _, _ = strings.Cut(command, " | ")
			typed, err := words.Fields(command, nil)
			if err != nil {
				t.Fatal(err)
			}
			root, _ := tree()
			called, args, err := root.Find(typed[1:])
			if err == nil {
				called.InitDefaultVersionFlag()
				err = called.ParseFlags(args)
			}
			if err == nil {
				rest := called.Flags().Args()
				needed, all := argumentsOf(called)
				if len(needed) > 0 && strings.HasPrefix(needed[0], "INVENTORY") && called.Flags().Lookup("inventory") != nil &&
					(len(rest) == 0 || !looksLikeFile(rest[0])) {
					rest = append([]string{"inventory.yaml"}, rest...)
				}
				if called.Args != nil && len(rest) > all {
					err = called.Args(called, rest)
				}
				if len(rest) < len(needed) {
					t.Errorf("%s: the example %q lacks %v", name, line, needed[len(rest):])
				}
			}
			if err != nil {
				t.Errorf("%s: the example %q: %v", name, line, err)
			}
		}
	}
}

// TestHelpFits: no line of any help is wider than the terminal, but for one word.
func TestHelpFits(t *testing.T) {
	root, verbs := tree()
	verbs["odooctl"] = root
	for name, c := range verbs {
		c.InitDefaultHelpFlag()
		for _, width := range []int{40, 60, 80, readable} {
			var b bytes.Buffer
			writeHelp(&b, c, width)
			for line := range strings.Lines(b.String()) {
				line = strings.TrimRight(line, "\n")
				if ansi.StringWidth(line) > width && len(quoted.FindAllString(line, -1)) > 3 {
					t.Errorf("%s at %d columns: %q", name, width, line)
				}
			}
		}
	}
}

// TestGroups: each verb is in a group of the list that odooctl --help shows.
func TestGroups(t *testing.T) {
	root, _ := tree()
	for _, c := range root.Commands() {
		if c.GroupID == "" {
			t.Errorf("%s is in no group", c.Name())
		}
	}
}
