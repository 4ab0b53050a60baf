package main

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"odooctl/inventory"
	"odooctl/playbooks"
)

// This file is what the Tab key offers: for each argument by its name in the line of a verb's
// use, and for each flag that takes a value. It reads the inventory, and calls no host.

// typed is a command line that is being typed.
type typed struct {
	u    *ui
	verb *cobra.Command
	args map[string]string // by name
	inv  *inventory.Inventory
	word string // what is completed
}

// offer is what may stand where the cursor is, and how the shell goes on.
type offer struct {
	words []cobra.Completion
	how   cobra.ShellCompDirective
}

// word is one that may stand there, with what it means.
func word(name, means string) cobra.Completion { return cobra.CompletionWithDesc(name, means) }

// oneOf offers words alone.
func oneOf(words ...string) func(*typed) offer {
	return func(*typed) offer {
		return offer{words, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder}
	}
}

// names offers names in their order.
func names(of func(*typed) []cobra.Completion) func(*typed) offer {
	return func(t *typed) offer {
		return offer{of(t), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder}
	}
}

// listed offers names for a list, of which some may be there already.
func listed(separators string, of func(*typed) []cobra.Completion) func(*typed) offer {
	return func(t *typed) offer {
		at := strings.LastIndexAny(t.word, separators) + 1
		var words []cobra.Completion
		for _, w := range of(t) {
			words = append(words, t.word[:at]+w)
		}
		return offer{words, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace |
			cobra.ShellCompDirectiveKeepOrder}
	}
}

// files offers files.
func files(endings ...string) func(*typed) offer {
	if len(endings) == 0 {
		return func(*typed) offer { return offer{nil, cobra.ShellCompDirectiveDefault} }
	}
	return func(*typed) offer { return offer{endings, cobra.ShellCompDirectiveFilterFileExt} }
}

// folders offers folders.
func folders(*typed) offer { return offer{nil, cobra.ShellCompDirectiveFilterDirs} }

// arguments are the offers for arguments. DEPLOYMENT and what is behind it need the inventory.
var arguments = map[string]func(*typed) offer{
	"FOLDER":              folders,
	"INVENTORY":           files("yaml", "yml"),
	"PLAN":                files(),
	"DEPLOYMENT":          names(deployments),
	"HOST":                names(odooHosts),
	"HOST:PORT=HOST:PORT": spans,
	"PLACE":               names(places),
	"RUN":                 names(runs),
	"SECRET":              names(secrets),
	"PLAYBOOK":            oneOf(playbooks.EmbeddedNames()...),
	"VERB":                names(helpOfVerbs),
}

// flags are the offers for the values of flags.
var flags = map[string]func(*typed) offer{
	"databases":  listed(",", databases),
	"db":         names(databases),
	"db-name":    listed(",", databases),
	"disk":       oneOf("ssd", "nvme", "san", "hdd"),
	"file":       files(),
	"host":       names(serverNames),
	"inventory":  files("yaml", "yml"),
	"limit":      listed(":,!&", hostNames),
	"log-file":   files(),
	"odoo":       oneOf(odooVersions()...),
	"out":        files(),
	"pg-version": oneOf(pgVersions()...),
	"playbook":   playbookFiles,
	"replace":    listed(",", justHosts),
	"ssh-config": files(),
	"tags":       listed(",", tags),
	"update":     listed(",", modules),
	"user":       names(roles),
}

// completes has the shell offer arguments and values of a verb, and of those below it.
func (u *ui) completes(verb *cobra.Command) {
	for _, sub := range verb.Commands() {
		u.completes(sub)
	}
	if len(verb.ValidArgs) == 0 && verb.Runnable() && !verb.HasSubCommands() {
		verb.ValidArgsFunction = func(
			c *cobra.Command, args []string, part string,
		) ([]cobra.Completion, cobra.ShellCompDirective) {
			return u.typed(c, args, part).argument(args)
		}
	}
	offered := func(f *pflag.Flag) {
		of := flags[f.Name]
		if one, ok := f.Value.(*choice); ok {
			of = oneOf(one.words...)
		}
		if of != nil && verb.Flags().Lookup(f.Name) == f {
			_ = verb.RegisterFlagCompletionFunc(f.Name, // it errs where the flag has one, as those of all verbs do
				func(c *cobra.Command, args []string, part string) ([]cobra.Completion, cobra.ShellCompDirective) {
					return u.typed(c, args, part).only(of)
				})
		}
	}
	verb.Flags().VisitAll(offered)
	verb.PersistentFlags().VisitAll(offered)
}

// typed reads what is on the command line.
func (u *ui) typed(c *cobra.Command, args []string, part string) *typed {
	t := &typed{u: u, verb: c, word: part, args: map[string]string{}}
	places := t.places(args)
	for i, arg := range args[:min(len(args), len(places))] {
		for _, name := range places[i] {
			t.args[name] = arg
		}
	}
	file := cmp.Or(t.flag("inventory"), t.args["INVENTORY"], u.inventoryKnown())
	if file != "" {
		t.inv, _ = inventory.Load(file, u.machine()) // whose errors other verbs tell
	}
	return t
}

// flag is the value of a flag, the first of several; "" where there is none.
func (t *typed) flag(name string) string {
	f := t.verb.Flags().Lookup(name)
	if f == nil {
		return ""
	}
	if several, ok := f.Value.(pflag.SliceValue); ok {
		return strings.Join(several.GetSlice()[:min(1, len(several.GetSlice()))], "")
	}
	return f.Value.String()
}

// places are the names of the arguments that may stand in each place. The inventory has none
// where something else names it.
func (t *typed) places(args []string) (places [][]string) {
	for form := range strings.SplitSeq(t.verb.Use, " | "+t.verb.Name()+" ") {
		i := 0
		for w := range strings.FieldsSeq(strings.TrimPrefix(form, t.verb.Name())) {
			w = strings.Trim(w, "[]")
			if strings.HasPrefix(w, "--") {
				break
			}
			if w == "|" {
				i--
				continue
			}
			if i == len(places) {
				places = append(places, nil)
			}
			if !slices.Contains(places[i], w) {
				places[i] = append(places[i], w)
			}
			i++
		}
	}
	if len(places) > 0 && slices.Contains(places[0], "INVENTORY") &&
		(t.flag("inventory") != "" || len(args) > 0 && !looksLikeFile(args[0]) && t.u.inventoryKnown() != "") {
		places = places[1:]
	}
	return places
}

// argument offers what may stand behind these arguments.
func (t *typed) argument(args []string) ([]cobra.Completion, cobra.ShellCompDirective) {
	places := t.places(args)
	if len(args) >= len(places) {
		if len(places) == 0 || !strings.HasSuffix(places[len(places)-1][0], "...") {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		args = args[:len(places)-1]
	}
	here := places[len(args)]
	if here[0] == "INVENTORY" && len(here) == 1 && len(places) > 1 && t.u.inventoryKnown() != "" &&
		!strings.Contains(t.word, "/") { // it may be left out, too
		found, _ := filepath.Glob("*.y*ml")
		list, how := t.only(among(places[1]))
		return append(list, t.fitting(found)...), how
	}
	return t.only(among(here))
}

// among offers what any of these names offers.
func among(list []string) func(*typed) offer {
	return func(t *typed) (all offer) {
		for _, name := range list {
			of := arguments[strings.TrimSuffix(name, "...")]
			if of == nil {
				continue
			}
			o := of(t)
			if o.how&cobra.ShellCompDirectiveFilterFileExt != 0 && len(list) > 1 {
				o = offer{nil, cobra.ShellCompDirectiveDefault}
			}
			all.words, all.how = append(all.words, o.words...), o.how
		}
		return all
	}
}

// only offers what begins as what is typed.
func (t *typed) only(of func(*typed) offer) ([]cobra.Completion, cobra.ShellCompDirective) {
	o := of(t)
	if o.how&cobra.ShellCompDirectiveFilterFileExt != 0 {
		return o.words, o.how
	}
	return t.fitting(o.words), o.how
}

func (t *typed) fitting(words []cobra.Completion) (list []cobra.Completion) {
	for _, w := range words {
		if strings.HasPrefix(w, t.word) && !slices.Contains(list, w) {
			list = append(list, w)
		}
	}
	return list
}
