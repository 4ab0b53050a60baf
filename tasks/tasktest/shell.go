package tasktest

import (
	"os/exec"
	"strings"

	"odooctl/tasks"
)

// parses asserts that a shell can read the packed scripts and the shell in their
// words: checks, proofs, commands and what makes files. Nothing is run.
func (r *runner) parses(p *planned) {
	r.t.Helper()
	var all strings.Builder
	for _, plan := range p.plans {
		script, _ := plan.Pack(tasks.Run{ID: "run", Who: "test"})
		all.WriteString(script)
		_, lines, _ := strings.Cut(script, "\nbegin ")
		for _, c := range words("begin " + lines) {
			for _, shell := range nested(c) {
				all.WriteString("(\n:\n" + shell + "\n)\n")
			}
		}
	}
	sh := exec.CommandContext(r.t.Context(), "sh", "-n")
	sh.Stdin = strings.NewReader(all.String())
	if out, err := sh.CombinedOutput(); err != nil {
		r.t.Errorf("sh -n: %v: %s", err, out)
	}
}

// nested lists the words of a verb that are shell themselves.
func nested(c []string) []string {
	switch c[0] {
	case "check", "recheck", "command_", "gate":
		return c[2:3]
	case "act":
		return c[3:5]
	case "stage_born", "step":
		return c[1:2]
	}
	return nil
}
