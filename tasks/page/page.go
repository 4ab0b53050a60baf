// Package page asks for pages over HTTP from a host. It makes the shell that asks, for a
// host with python3; it runs nothing.
package page

import (
	_ "embed"
	"strings"

	"odooctl/remote/shell"
)

//go:embed page.py
var program string

// Ask returns shell that asks one of the questions of page.py, with its arguments. It
// succeeds where the answer is as wanted, and else prints what came.
func Ask(question string, args ...string) string {
	return "python3 -I -S -c " + shell.Quote(strings.TrimSpace(program)) + " " + shell.Words(question) + " " +
		shell.Words(args...)
}
