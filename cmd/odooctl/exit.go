package main

import (
	"context"
	"errors"
	"strings"

	"odooctl/inventory"
	"odooctl/playbooks/report"
)

// The exit codes, the same for every verb.
const (
	exitOK          = 0   // done, or nothing to do
	exitUsage       = 1   // usage or inventory; nothing was touched
	exitFailed      = 2   // a host failed; with --detailed-exitcode: changes are pending
	exitStale       = 3   // a host has changed since it was planned
	exitUnreachable = 4   // a host could not be reached, and none failed
	exitPutBack     = 5   // a host failed and was put back
	exitNotPutBack  = 6   // a host failed and could not be put back
	exitLocked      = 75  // another run is at work
	exitInterrupted = 130 // stopped by the operator
)

// exitTable is what help exit shows. A verb whose codes mean something else says so in its help.
const exitTable = `Exit status:
  0    done, or nothing to do
  1    usage or inventory; nothing was touched
  2    a host failed (plan --detailed-exitcode: changes are pending)
  3    a host has changed since it was planned
  4    a host could not be reached, and none failed
  5    a host failed and was put back
  6    a host failed and could not be put back
  75   another run is at work on a host
  130  interrupted`

// codeError ends the program with a code, and prints nothing more.
type codeError int

func (e codeError) Error() string { return "" }

func exitCode(ctx context.Context, err error) int {
	var code codeError
	switch {
	case err == nil:
		return exitOK
	case ctx.Err() != nil:
		return exitInterrupted
	case errors.As(err, &code):
		return int(code)
	}
	return exitUsage
}

// errorMessage is how the program says why it ended: what it found in an inventory as validate
// shows it.
func errorMessage(err error) string {
	var found inventory.Errors
	switch {
	case err == nil || err.Error() == "":
		return ""
	case errors.As(err, &found) && err.Error() == found.Error():
		lines := make([]string, len(found))
		for i, e := range found {
			lines[i] = finding(e, "error")
		}
		return strings.Join(lines, "\n")
	}
	return "odooctl: " + err.Error()
}

// finding is what was found in an inventory, as editors and CI take it.
func finding(e inventory.Error, severity string) string {
	return report.FindingOf{File: e.Pos.File, Line: e.Pos.Line, Column: e.Pos.Col, Severity: severity,
		Message: e.Msg}.String()
}
