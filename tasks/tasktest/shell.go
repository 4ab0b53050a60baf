package tasktest

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"odooctl/tasks"
)

// parses asserts that what a plan sends is POSIX shell: the packed scripts and the
// shell in their arguments, which are checks, proofs, commands and what makes files.
// Nothing is run.
func (r *runner) parses(p *planned) {
	r.t.Helper()
	for _, plan := range p.plans {
		script, _ := plan.Pack(tasks.Run{ID: "run", Who: "test"})
		r.posix("packed script of "+plan.Host, script)
		for _, c := range lines(script) {
			for _, shell := range nested(c) {
				r.posix(plan.Host+": "+strings.Join(c[:2], " "), shell)
			}
		}
	}
}

// posix asserts that a text is POSIX shell, and so is what it passes to another shell.
func (r *runner) posix(what, text string) {
	r.t.Helper()
	file, err := parseShell(text)
	if err != nil {
		r.t.Errorf("%s: %v in\n%s", what, err, text)
		return
	}
	syntax.Walk(file, func(n syntax.Node) bool {
		call, ok := n.(*syntax.CallExpr)
		for i := 0; ok && i+2 < len(call.Args); i++ {
			if call.Args[i].Lit() == "sh" && call.Args[i+1].Lit() == "-c" {
				if inner, ok := literal(call.Args[i+2]); ok {
					r.posix(what+": sh -c", inner)
				}
			}
		}
		return true
	})
}

// literal returns the text of a word without expansions.
func literal(word *syntax.Word) (text string, ok bool) {
	for _, part := range word.Parts {
		switch part := part.(type) {
		case *syntax.SglQuoted:
			text += part.Value
		case *syntax.Lit:
			text += strings.ReplaceAll(part.Value, "\\", "")
		default:
			return "", false
		}
	}
	return text, true
}

// nested lists the arguments of a function that are shell themselves.
func nested(c []string) []string {
	switch c[0] {
	case "check", "recheck", "command_", "gate", "await", "serves":
		return c[2:3]
	case "act":
		return c[3:5]
	case "stage_generated", "step":
		return c[1:2]
	}
	return nil
}
