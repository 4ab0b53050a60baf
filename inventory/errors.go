package inventory

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Pos is a place in the inventory. Line and Col count from 1; Col counts characters. A
// zero Col means that only the line is known, a zero Line that only the file is.
type Pos struct {
	File      string
	Line, Col int
}

// String returns the position as editors and terminals take it: inventory.yaml:31:11.
func (p Pos) String() string {
	switch {
	case p.Line == 0:
		return p.File
	case p.Col == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

// IsZero reports whether p is no position: the value was not written in the file.
func (p Pos) IsZero() bool { return p == Pos{} }

// Error is one finding in the inventory.
type Error struct {
	Pos Pos
	Msg string
}

// Error returns the position and the message: inventory.yaml:31:11: host db9 is not
// defined (did you mean db1?).
func (e Error) Error() string { return e.Pos.String() + ": " + e.Msg }

// Errors is every finding of one file, sorted by position. It is the error that Load and
// Parse return for a file they could read.
type Errors []Error

// Error returns one finding per line.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, f := range e {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the findings one by one, so that errors.As finds an Error too.
func (e Errors) Unwrap() []error {
	errs := make([]error, len(e))
	for i, f := range e {
		errs[i] = f
	}
	return errs
}

// maxFindings is how many findings one report holds.
const maxFindings = 1000

// findings collects errors or warnings. The same finding is kept once, as when one line
// describes many hosts.
type findings struct {
	list []Error
	seen map[Error]bool
	more bool // there were more than maxFindings
}

func (f *findings) add(pos Pos, format string, args ...any) {
	e := Error{Pos: pos, Msg: fmt.Sprintf(format, args...)}
	switch {
	case f.seen[e]:
		return
	case len(f.list) == maxFindings:
		f.more = true
		return
	}
	if f.seen == nil {
		f.seen = map[Error]bool{}
	}
	f.seen[e] = true
	f.list = append(f.list, e)
}

// sorted returns the findings by file, line and column; those of one place stay in the order
// they were made.
func (f *findings) sorted() []Error {
	slices.SortStableFunc(f.list, func(a, b Error) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Col, b.Pos.Col))
	})
	if f.more {
		return append(f.list, Error{Pos{File: f.list[0].Pos.File}, fmt.Sprintf("more than %d findings; the rest is left out",
			maxFindings)})
	}
	return f.list
}
