package tasks

import (
	_ "embed"
	"fmt"
	"sort"
	"strconv"
	"strings"

	"odooctl/remote/shell"
)

// ReadScript returns the program that answers all of the host's open questions, to be
// run by a POSIX shell as root. It is read-only. The nonce marks the start of the
// answer.
func (h *Picture) ReadScript(nonce string) string { return h.readScript(nonce, "") }

func (h *Picture) readScript(nonce, root string) string {
	a := Asked{h.Questions(), root}
	var b strings.Builder
	b.WriteString(beginAnswer(nonce))
	if h.facts == nil || readFiles(a) != "" {
		b.WriteString(shell.Bare(whose) + pick(root == "", "me=0 mine=0\n", "me=$(id -u) mine=$(id -g)\n"))
	}
	if h.facts == nil {
		b.WriteString("part facts\n" + readFacts(root+stateDir))
	}
	for _, k := range kinds {
		if k.Read != nil {
			b.WriteString(k.Read(a))
		}
	}
	b.WriteString("part end\n:\n")
	return b.String()
}

//go:embed wait.sh
var awaitRun string

// WaitScript is prepended to a ReadScript: it waits up to this many seconds for an
// active run on the host, and exits with ExitLocked and the holder's name if that goes
// on. A state read in the middle of a run is inconsistent. The lock is not kept:
// readers do not block a run.
func WaitScript(seconds int) string {
	return shell.Call(awaitRun, "await_run", stateDir, strconv.Itoa(seconds*5), strconv.Itoa(int(ExitLocked))) + "\n"
}

// Questions lists the open questions by kind.
func (h *Picture) Questions() map[string][]string {
	q := map[string][]string{}
	for k := range h.asked {
		q[k.kind] = append(q[k.kind], k.name)
	}
	for _, k := range kinds {
		if k.With != "" && len(q[k.Name]) > 0 {
			q[k.With] = []string{""}
		}
	}
	for id, s := range h.before { // answered together with another kind, each time
		if k := kindOf(id.kind); s == (answered{}) && k != nil && k.With != "" && len(q[k.With]) > 0 {
			q[id.kind] = append(q[id.kind], id.name)
		}
	}
	for _, names := range q {
		sort.Strings(names)
	}
	return q
}

// Learn parses the output of ReadScript. After an error, which means an incomplete or
// malformed answer, the picture must not be used.
func (h *Picture) Learn(nonce string, output []byte) error {
	sections, err := partsOf(nonce, output)
	if err != nil {
		return fmt.Errorf("read the host: %w", err)
	}
	if h.facts == nil {
		if err := h.learnFacts(string(sections["facts"])); err != nil {
			return err
		}
	}
	a := Answers{Asked{names: h.Questions()}, h.Host, sections}
	for _, k := range kinds {
		if k.Learn == nil {
			continue
		}
		if err := k.Learn(h.Host, a); err != nil {
			return err
		}
	}
	for _, k := range kinds {
		if k.With == "" {
			continue
		}
		for _, name := range a.Of(k.Name) {
			h.before[key{k.Name, name}] = answered{}
		}
	}
	return nil
}

// Rest releases what was read of a host that is done or needs nothing. Warnings,
// connections to other hosts and its error are kept. The next Plan of its fleet reads
// it again.
func (h *Picture) Rest() {
	failure := h.failure
	h.Forget()
	h.failure = failure
	h.after, h.asked, h.hidden, h.private, h.proofs = nil, map[key]bool{}, nil, nil, nil
	h.notes, h.checks, h.commands, h.gates, h.unknown = nil, nil, nil, nil, nil
	h.preStops, h.reboots = nil, nil
	if h.fleet.whole != nil {
		h.fleet = h.fleet.whole
	}
	if h.rested = len(h.warnings)+len(h.waits) == 0; h.rested {
		h.marks = nil
	}
	for i, m := range h.marks {
		h.marks[i] = mark{warnings: m.warnings, waits: m.waits}
	}
}

// Forget discards all that was read, so that the next Plan asks for it again.
func (h *Picture) Forget() {
	h.before, h.stand = map[key]State{}, map[string]bool{}
	h.facts, h.globs, h.folders, h.failure = nil, nil, nil, nil
}
