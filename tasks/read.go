package tasks

import (
	"fmt"
	"sort"
	"strings"
)

// ReadScript returns the program that answers all of the host's open questions,
// to be run by a POSIX shell as root. It writes nothing on the host. The nonce tells
// where the answer begins.
func (h *Host) ReadScript(nonce string) string { return h.readScript(nonce, "") }

func (h *Host) readScript(nonce, root string) string {
	q := h.Questions()
	var b strings.Builder
	b.WriteString(beginAnswer(nonce))
	section := func(name, text string) {
		if text != "" {
			fmt.Fprintf(&b, "part %s\n%s", name, text)
		}
	}
	files := readFiles(root, q)
	if h.facts == nil || files != "" {
		b.WriteString(bare(whose) + pick(root == "", "me=0 mine=0\n", "me=$(id -u) mine=$(id -g)\n"))
	}
	if h.facts == nil {
		section("facts", readFacts(root+stateDir))
	}
	b.WriteString(files)
	section("units", readUnits(q[kindUnit]))
	section("users", readAccounts("passwd", q[kindUser]))
	section("groups", readAccounts("group", q[kindGroup]))
	b.WriteString(readSays(q[kindSays]))
	section("packages", readPackages(q[kindPackage]))
	section("versions", readVersions(q[kindVersion]))
	section("probes", readProbes(q[kindProbe]))
	if len(q[kindCluster]) > 0 {
		b.WriteString(asOthers + readClusters(q[kindSetting], q[kindOdoo]))
	}
	section("end", ":\n")
	return b.String()
}

// WaitScript is put before a ReadScript: it waits so many seconds for a run that is
// at work on the host, and ends with ExitLocked and the holder's name where that
// run goes on. What is read in the middle of a run is nobody's state. The lock is
// not kept: readers do not hinder a run.
func WaitScript(seconds int) string {
	return fmt.Sprintf(`if [ -r %[1]s/lock ] && command -v flock >/dev/null; then
	left=%[2]d
	until flock -s -n %[1]s/lock true; do
		[ $left -gt 0 ] || { cat %[1]s/holder; exit %[3]d; }
		left=$((left - 1))
		sleep 0.2
	done
fi
`, stateDir, seconds*5, ExitLocked)
}

// Questions lists what is asked by kind, in the order in which ReadScript asks.
// What is asked of a PostgreSQL server comes with the server itself: one
// statement answers all.
func (h *Host) Questions() map[string][]string {
	q := map[string][]string{}
	for k := range h.asked {
		q[k.kind] = append(q[k.kind], k.name)
	}
	if len(q[kindSetting])+len(q[kindOdoo]) > 0 {
		q[kindCluster] = []string{""}
	}
	if len(q[kindCluster]) > 0 {
		for k := range h.before { // what was asked before is answered again
			if k.kind == kindOdoo || (k.kind == kindSetting && !strings.Contains(k.name, " ")) {
				q[k.kind] = append(q[k.kind], k.name)
			}
		}
	}
	for _, names := range q {
		sort.Strings(names)
	}
	return q
}

// Learn takes in what ReadScript printed. An error means that the answer is
// incomplete or makes no sense; the picture is then not to be used.
func (h *Host) Learn(nonce string, output []byte) error {
	sections, err := partsOf(nonce, output)
	if err != nil {
		return fmt.Errorf("read the host: %w", err)
	}
	q := h.Questions()
	if h.facts == nil {
		if err := h.learnFacts(string(sections["facts"])); err != nil {
			return err
		}
	}
	if readFiles("", q) != "" {
		if err := h.learnFiles(sections, q); err != nil {
			return err
		}
	}
	if err := h.learnUnits(string(sections["units"]), q[kindUnit]); err != nil {
		return err
	}
	if err := h.learnUsers(string(sections["users"]), q[kindUser]); err != nil {
		return err
	}
	if err := h.learnGroups(string(sections["groups"]), q[kindGroup]); err != nil {
		return err
	}
	if err := h.learnSays(sections, q[kindSays]); err != nil {
		return err
	}
	h.learnPackages(string(sections["packages"]), q[kindPackage])
	h.learnVersions(string(sections["versions"]), q[kindVersion])
	if err := h.learnProbes(string(sections["probes"]), q[kindProbe]); err != nil {
		return err
	}
	for _, kind := range []string{kindSetting, kindOdoo} {
		for _, name := range q[kind] {
			h.before[key{kind, name}] = answered{}
		}
	}
	if len(q[kindCluster]) > 0 {
		return h.learnClusters(sections, q[kindOdoo])
	}
	return nil
}

// Rest lets go of what was read of a host on which nothing is to be done any more,
// or all is done. What its plan says beside changes is kept: warnings, and the ways
// to other hosts; and so is why it failed. The next Plan of its fleet reads it anew.
func (h *Host) Rest() {
	failure := h.failure
	h.Forget()
	h.failure = failure
	h.after, h.asked, h.hidden, h.private, h.proofs = nil, map[key]bool{}, nil, nil, nil
	h.notes, h.checks, h.commands, h.gates, h.unknown, h.uses = nil, nil, nil, nil, nil, nil
	h.courtesies, h.reboots = nil, nil
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

// Forget throws away all that was read, so that the next Plan asks for it again.
func (h *Host) Forget() {
	h.before, h.stand = map[key]State{}, map[string]bool{}
	h.facts, h.clusters, h.globs, h.folders, h.failure = nil, nil, nil, nil, nil
}
