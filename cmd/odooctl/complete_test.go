package main

import (
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// freeText are the flags and arguments that take no name which odooctl could know.
var freeText = map[string]string{
	"batch": "sizes", "every": "a time",
	"max-failures": "a number", "forks": "a number", "lock-timeout": "a time", "for": "a time",
	"cpus": "a number", "memory": "a size", "users": "a number", "max-connections": "a number", "port": "a number",
	"bind": "an address", "exec": "a command", "from": "an address", "dbfilter": "an expression",
	"member-of": "roles of a PostgreSQL", "host-name": "a name of the client",
}

// TestCompletes: each argument and each flag with a value is completed, or is free text.
func TestCompletes(t *testing.T) {
	root, verbs := tree()
	seen := map[string]bool{}
	check := func(verb, name string, completed bool) {
		switch {
		case completed && freeText[name] != "":
			t.Errorf("%s: %s is completed, and in the list of free text", verb, name)
		case !completed && freeText[name] == "":
			t.Errorf("%s: %s is not completed: add it to arguments or flags, or to the list of free text", verb, name)
		}
		seen[name] = true
	}
	verbs["odooctl"] = root
	for verb, c := range verbs {
		each := func(f *pflag.Flag) {
			if f.NoOptDefVal == "" {
				_, completed := c.GetFlagCompletionFunc(f.Name)
				check(verb, f.Name, completed)
			}
		}
		c.NonInheritedFlags().VisitAll(each)
		if len(c.ValidArgs) > 0 || c.HasSubCommands() {
			continue
		}
		line := &typed{u: anybody(), verb: c}
		for _, place := range line.places(nil) {
			for _, name := range place {
				check(verb, name, arguments[strings.TrimSuffix(name, "...")] != nil && c.ValidArgsFunction != nil)
			}
		}
	}
	for name := range freeText {
		if !seen[name] {
			t.Errorf("%s is in the list of free text, and no verb has it", name)
		}
	}
	for name := range arguments {
		if !seen[name] && !seen[name+"..."] {
			t.Errorf("no verb takes %s", name)
		}
	}
	for name := range flags {
		if !seen[name] {
			t.Errorf("no verb has --%s", name)
		}
	}
}
