package tasks

import (
	"path"
	"regexp"
	"strings"

	"odooctl/remote/shell"
)

// How long, in seconds, the host waits for the controller before it reverts a change
// that may have cut off access. The first time is for a run that dies.
const (
	armedWhileApplying  = 300
	armedUntilConfirmed = 60
)

// wayIn matches the files that determine who can log in and become root.
var wayIn = regexp.MustCompile(`^/etc/(ssh|pam\.d|sudoers|security|network|netplan|NetworkManager|systemd/network|nftables|iptables|ufw|firewalld|passwd|shadow|hosts\.(allow|deny))`)

// Risky reports whether the plan may cut off access to the host. The host itself
// reverts such a plan unless it is confirmed over a new connection; see ConfirmScript.
func (p *Plan) Risky() bool {
	for _, c := range p.Changes {
		if c.Kind == kindPath && (wayIn.MatchString(c.Name) ||
			strings.HasPrefix(path.Base(c.Name), "authorized_keys")) {
			return true
		}
	}
	return false
}

// ConfirmScript returns the program that keeps a risky transaction. It exits with
// 0, or with ExitPutBack where the host was quicker.
func ConfirmScript(id string) string {
	return "root=\n" + verbs() + "confirm " + shell.Quote(id) + "\n"
}

// RollbackScript returns the program that undoes a transaction of an earlier run
// on its host. It exits with 0, ExitLocked, ExitStale where something was edited
// since (nothing is touched then), ExitNotPutBack, or ExitGone where the host
// does not have the run, or it was undone before. Run names this run; target is
// the ID that the transaction was packed with.
func RollbackScript(run Run, target string) string {
	return prelude(run) + "rollback " + shell.Quote(target) + "\n"
}

// PutBackScript returns the program that undoes what a transaction has left half done whose
// shell was killed. It prints what became of the transaction, and exits with 0, ExitLocked
// or ExitNotPutBack.
func PutBackScript(run Run, target string) string {
	return prelude(run) + "put_back " + shell.Quote(target) + "\n"
}

// RunFolder returns where a host keeps what it needs to undo a transaction; old in it
// has the previous files.
func RunFolder(id string) string { return stateDir + "/runs/" + id }

// ShowUndoScript returns the program that prints what the undo of transactions does, the newest
// first, and what was edited since; see Undoing. It is read-only.
func ShowUndoScript(targets ...string) string {
	return "root=''\n" + verbs() + "show_undo " + shell.Words(targets...) + "\n"
}

// Undoing parses the output of ShowUndoScript: the lines of a plan, below a host's name, and the
// paths that were edited since.
func Undoing(output string) (lines, edited []string) {
	for line := range strings.Lines(output) {
		line = strings.TrimRight(line, "\n")
		if path, ok := strings.CutPrefix(line, "edited "); ok {
			edited = append(edited, path)
		} else {
			lines = append(lines, line)
		}
	}
	return lines, edited
}
