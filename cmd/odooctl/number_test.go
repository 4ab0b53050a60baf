package main

import (
	"os"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// TestNumberFlags gives every flag of every verb that takes a number what is out of
// its range: the flag says so, with what was given and its range, before the verb
// has begun.
func TestNumberFlags(t *testing.T) {
	root := newRoot(newUI(os.Stdin, os.Stdout, os.Stderr, func(string) string { return "" }))
	tried := map[string]bool{}
	verbs(root, func(c *cobra.Command) {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			kind, huge := f.Value.Type(), "99999999"
			switch {
			case kind == "time" || kind == "duration":
				huge = "99999h"
			case kind != "number" && kind != "count" && !strings.HasPrefix(kind, "int") && !strings.HasPrefix(kind, "uint") &&
				!strings.HasPrefix(kind, "float"):
				return
			}
			tried[f.Name] = true
			zero := f.Value.Set("0")
			if may := f.Name == "port" || f.Name == "lock-timeout"; (zero == nil) != may {
				t.Errorf("%s --%s 0: %v", c.CommandPath(), f.Name, zero)
			}
			for _, bad := range []string{"-1", "-1s", huge, "1" + strings.Repeat("0", 30), "1e3", "NaN", "+Inf", "1.5", "0x", "",
				" ", "1\n"} {
				before := f.Value.String()
				err := c.ParseFlags([]string{"--" + f.Name + "=" + bad})
				if err == nil {
					t.Errorf("%s --%s=%q: taken, and is %s now", c.CommandPath(), f.Name, bad, f.Value)
					continue
				}
				for _, want := range []string{"--" + f.Name, bad, " from ", " to "} {
					if quoted := strings.ReplaceAll(want, "\n", `\n`); !strings.Contains(err.Error(), quoted) {
						t.Errorf("%s --%s=%q: %v: want %q in it", c.CommandPath(), f.Name, bad, err, quoted)
					}
				}
				if f.Value.String() != before {
					t.Errorf("%s --%s=%q: refused, and is %s now", c.CommandPath(), f.Name, bad, f.Value)
				}
			}
		})
	})
	for _, name := range []string{"forks", "lock-timeout", "port", "for", "cpus", "users", "max-connections"} {
		if !tried[name] {
			t.Errorf("--%s was not found", name)
		}
	}
}

// verbs calls do for a command and all below it.
func verbs(c *cobra.Command, do func(*cobra.Command)) {
	do(c)
	for _, sub := range c.Commands() {
		verbs(sub, do)
	}
}
