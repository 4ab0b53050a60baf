package tasks

import (
	_ "embed"
	"fmt"
	"strings"
	"time"

	"odooctl/remote/shell"
)

// atShell is the start of a script of At, and how it removes itself.
//
//go:embed at.sh
var atShell string

var (
	atBegin, atEnd, _     = strings.Cut(atShell, "# The script.\n")
	atArguments, atTop, _ = strings.Cut(atBegin, "# The folders.\n")
	atWords               = shell.Bare(atArguments) + Folders + atTop
)

// At schedules a script of POSIX sh on the host, to run once as root at a time of the
// host's clock, whether or not odooctl is connected: a systemd timer, which a reboot
// only delays. The script gets args as "$1" and so on, waits for a running transaction,
// and removes the timer, its service and itself. unit is their name without .timer;
// what describes them on the host. A second call replaces the first one's time.
func (h *Host) At(unit string, when time.Time, what, script string, args ...string) error {
	service, timer := h.Unit(unit+".service"), h.Unit(unit+".timer")
	h.File(atFile(unit)).SetText(AtScript("", unit, script, args...)).Own("root", "root", 0o700).Hide(ownLines)
	service.Define(fmt.Sprintf("# Written by odooctl\n[Unit]\nDescription=%s\n\n[Service]\nType=oneshot\n"+
		"ExecStart=/bin/sh %s\n", what, atFile(unit)))
	text := fmt.Sprintf("# Written by odooctl\n[Unit]\nDescription=%s\n\n[Timer]\nOnCalendar=%s\nPersistent=true\n"+
		"AccuracySec=1s\n\n[Install]\nWantedBy=timers.target\n",
		what, when.UTC().Format("2006-01-02 15:04:05 UTC"))
	if timer.Active() && h.File(unitDirectory+unit+".timer").Text() != text {
		h.Notify(unit+".timer", Restart, "another time")
	}
	// A time that has passed before the timer is started would never trigger.
	h.Prove(unit+".timer", Proof{After: "[ \"$(systemctl show -p SubState --value " + shell.Quote(unit+".timer") +
		")\" != elapsed ] || ! echo 'its time was over before its timer ran: give it longer'", Within: 1})
	return timer.Define(text).Run()
}

// NotAt removes what At has made, if it has.
func (h *Host) NotAt(unit string) {
	h.Unit(unit + ".timer").Undefine()
	h.Unit(unit + ".service").Undefine()
	h.File(atFile(unit)).Hide(ownLines).Remove()
	h.File("/var/lib/systemd/timers/stamp-" + unit + ".timer").Remove()
}

func atFile(unit string) string { return "/etc/" + unit + ".sh" }

// AtScript returns what the host runs for At. root is the prefix of the host's files,
// "" except in tests. The script gets $root, and keep and drop to edit files below it;
// an edit that fails makes the script fail at its end.
func AtScript(root, unit, script string, args ...string) string {
	words := shell.Words(append([]string{"set", "--", root, unit}, args...)...)
	return "# Written by odooctl: runs once, and takes itself away.\n" + words + "\n" + atWords + script + atEnd
}

// ownLines shows only the lines that differ between scripts of At.
func ownLines(text string, _ func(string) string) string {
	return strings.Replace(text, atWords, "# ...\n", 1)
}

// TheirTime converts our time to the host's clock. A difference of less than two
// minutes is ignored: it may be the time that the answer took.
func (h *Host) TheirTime(ours time.Time) time.Time {
	return ours.Add(h.Clock().Sub(h.Now).Round(5 * time.Minute)).Truncate(time.Second)
}

// Clock is the current time by the host's clock, which its timers use.
func (h *Host) Clock() time.Time {
	if h.facts != nil && h.facts.Time > 0 {
		return time.Unix(h.facts.Time, 0)
	}
	return h.Now
}
