package main

import (
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is set by the build: -ldflags "-X main.version=1.2.3".
var version = "dev"

func newVersion(u *ui) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Show the version",
		Example: `odooctl version
odooctl --version`,
		Args: cobra.NoArgs,
		Run: func(*cobra.Command, []string) {
			u.printf("odooctl %s, %s\n", program(), runtime.Version())
		},
	}
}

// program says which odooctl this is: its version and, if it was built from a
// repository, the commit.
func program() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				return version + " (" + s.Value[:min(12, len(s.Value))] + ")"
			}
		}
	}
	return version
}
