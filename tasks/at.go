package tasks

import (
	_ "embed"
	"fmt"
	"strings"
	"time"

	"odooctl/remote/shell"
)

// atShell is how a script of At begins and how it takes itself away.
//
//go:embed at.sh
var atShell string

var (
	atBegin, atEnd, _     = strings.Cut(atShell, "# The script.\n")
	atArguments, atTop, _ = strings.Cut(atBegin, "# The folders.\n")
	atWords               = bare(atArguments) + Folders + atTop
)

// At has the host run a script of POSIX sh once, at a time by its own clock, as
// root, whether anybody is connected or not: a timer of systemd, which a reboot
// only delays. It has args as "$1" and so on. The script waits for a transaction that
// is at work, and leaves nothing of the timer, its service and itself. Unit names
// them, without .timer; what is shown to whoever looks at the host. Said again,
// another time replaces the first.
func (h *Host) At(unit string, when time.Time, what, script string, args ...string) error {
	service, timer := h.Unit(unit+".service"), h.Unit(unit+".timer")
	h.File(atFile(unit)).SetText(AtScript("", unit, script, args...)).Own("root", "root", 0o700).Hide(ownLines)
	service.Define(fmt.Sprintf("# Written by odooctl\n[Unit]\nDescription=%s\n\n[Service]\nType=oneshot\nExecStart=/bin/sh %s\n", what, atFile(unit)))
	text := fmt.Sprintf("# Written by odooctl\n[Unit]\nDescription=%s\n\n[Timer]\nOnCalendar=%s\nPersistent=true\nAccuracySec=1s\n\n[Install]\nWantedBy=timers.target\n",
		what, when.UTC().Format("2006-01-02 15:04:05 UTC"))
	if timer.Active() && h.File(unitDirectory+unit+".timer").Text() != text {
		h.Notify(unit+".timer", Restart, "another time")
	}
	// A time that was over before the timer began to run would never come.
	h.Prove(unit+".timer", Proof{After: "[ \"$(systemctl show -p SubState --value " + shell.Quote(unit+".timer") +
		")\" != elapsed ] || ! echo 'its time was over before its timer ran: give it longer'", Within: 1})
	return timer.Define(text).Run()
}

// NotAt takes away what At has made, where it has.
func (h *Host) NotAt(unit string) {
	h.Unit(unit + ".timer").Undefine()
	h.Unit(unit + ".service").Undefine()
	h.File(atFile(unit)).Hide(ownLines).Remove()
	h.File("/var/lib/systemd/timers/stamp-" + unit + ".timer").Remove()
}

func atFile(unit string) string { return "/etc/" + unit + ".sh" }

// AtScript returns what the host runs for At. Root is where the host's files begin:
// "", but for tests. The script finds root, and keep and drop to edit files with, by
// their paths below root; what it could not edit makes it fail in the end.
func AtScript(root, unit, script string, args ...string) string {
	words := shell.Words(append([]string{"set", "--", root, unit}, args...)...)
	return "# Written by odooctl: runs once, and takes itself away.\n" + words + "\n" + atWords + script + atEnd
}

// ownLines shows of a script of At what is its own: its words are those of every one.
func ownLines(text string, _ func(string) string) string {
	return strings.Replace(text, atWords, "# ...\n", 1)
}

// TheirTime is what the host's clock shows at a time of ours. A host whose clock is
// less than two minutes off is not told from one that took long to answer.
func (h *Host) TheirTime(ours time.Time) time.Time {
	return ours.Add(h.Clock().Sub(h.Now).Round(5 * time.Minute)).Truncate(time.Second)
}

// Clock is the time by the host's own clock, as its timers have it.
func (h *Host) Clock() time.Time {
	if h.facts != nil && h.facts.Time > 0 {
		return time.Unix(h.facts.Time, 0)
	}
	return h.Now
}
