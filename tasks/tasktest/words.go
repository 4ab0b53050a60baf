package tasktest

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

func parseShell(text string) (*syntax.File, error) {
	return syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(text), "")
}

// commands are the words of each command in shell, those in functions too.
func commands(text string) (list [][]string) {
	syntax.Walk(must(parseShell(text)), func(n syntax.Node) bool {
		if call, ok := n.(*syntax.CallExpr); ok && len(call.Args) > 0 {
			var words []string
			for _, a := range call.Args {
				word, _ := literal(a)
				words = append(words, word)
			}
			list = append(list, words)
		}
		return true
	})
	return list
}

// planOf is what a packed script has of its plan, without the verbs that come first.
func planOf(script string) string {
	_, text, _ := strings.Cut(script, "\nbegin ")
	return "begin " + text
}

// lines are the lines of the plan that a packed script has.
func lines(script string) [][]string { return commands(planOf(script)) }

// Break returns a packed script that fails behind line n of what it does after the host
// was compared with the plan; ok is false where it has not so many.
func Break(script string, n int) (broken string, ok bool) {
	text := planOf(script)
	const first = 4 // begin, unpack, and the function that compares, with its call
	statements := must(parseShell(text)).Stmts
	if first+n >= len(statements) {
		return script, false
	}
	end := len(script) - len(text) + int(statements[first+n-1].End().Offset())
	return script[:end] + "\nfail made to fail" + script[end:], true
}
