package tasks

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"odooctl/remote/shell"
)

// How long the host waits for the controller before it puts back a change that
// can cut the way in, in seconds. The first time is for a run that dies.
const (
	armedWhileApplying  = 300
	armedUntilConfirmed = 60
)

// wayIn matches the files that decide whether anybody can still log in and become
// root.
var wayIn = regexp.MustCompile(`^/etc/(ssh|pam\.d|sudoers|security|network|netplan|NetworkManager|systemd/network|nftables|iptables|ufw|firewalld|passwd|shadow|hosts\.(allow|deny))`)

// Risky reports whether the plan changes something that can cut the way in. Such
// a plan is put back by the host itself unless it is confirmed over a new
// connection; see ConfirmScript.
func (p *Plan) Risky() bool {
	for _, c := range p.Changes {
		if c.Kind == kindPath && (wayIn.MatchString(c.Name) || strings.HasPrefix(path.Base(c.Name), "authorized_keys")) {
			return true
		}
	}
	return false
}

// ConfirmScript returns the program that keeps a risky transaction. It exits with
// 0, or with ExitPutBack where the host was quicker.
func ConfirmScript(id string) string {
	return "root=\n" + verbs + "confirm " + shell.Quote(id) + "\n"
}

// RollbackScript returns the program that undoes a transaction of an earlier run
// on its host. It exits with 0, ExitLocked, ExitStale where something was edited
// since (nothing is touched then), ExitNotPutBack, or ExitGone where the host
// does not have the run, or it was undone before. Run names this run; target is
// the ID that the transaction was packed with.
func RollbackScript(run Run, target string) string {
	return prelude(run) + "rollback " + shell.Quote(target) + "\n"
}

// RunFolder returns where a host keeps what it needs to undo a transaction; old in
// it holds the files as they were.
func RunFolder(id string) string { return stateDir + "/runs/" + id }

// ShowRunScript returns the program that prints what a transaction changed, one
// thing per line: its sign, and what it is. It writes nothing.
func ShowRunScript(target string) string {
	return fmt.Sprintf("cat %s 2>/dev/null\n", shell.Quote(RunFolder(target)+"/new/what"))
}
