// Package page makes the shell that requests pages over HTTP on a host with python3. It
// runs nothing:
//
//	run := page.Ask("shows", name, addresses, port, "/web/login", "oe_login_form")
package page

import (
	_ "embed"
	"strings"

	"odooctl/remote/shell"
)

//go:embed page.py
var program string

// Ask returns shell that runs one of the tests of page.py, with its arguments. It
// succeeds if the answer is as wanted, and otherwise prints the answer.
func Ask(question string, args ...string) string {
	return "python3 -I -S -c " + shell.Quote(strings.TrimSpace(program)) + " " + shell.Words(question) + " " +
		shell.Words(args...)
}
