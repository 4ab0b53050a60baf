package tasks

import (
	"cmp"
	"fmt"

	"odooctl/remote/shell"
)

// Reboot is that a host shall be booted anew, after all else that its stage changes
// and before its gates.
type Reboot struct {
	Why    string
	Within int // seconds until it is back and what ran runs again; 0 = 600
}

// Reboot asks for the host to be booted anew in this stage.
func (h *Host) Reboot(r Reboot) {
	r.Within = cmp.Or(r.Within, 600)
	h.reboots = append(h.reboots, r)
}

// Apart splits a plan with a reboot: what is made before it, and what is asked when
// the host is back.
func (p *Plan) Apart() (before, after *Plan) {
	one := *p
	one.Gates, one.Reboot = nil, nil
	other := &Plan{Host: p.Host, Gates: p.Gates}
	return &one, other
}

// BootScript prints which boot of the host this is.
func BootScript() string { return "cat /proc/sys/kernel/random/boot_id\n" }

// RebootScript returns the program that reboots the host, under the lock of a run. It
// exits with 0, ExitLocked or ExitPutBack.
func RebootScript(run Run) string { return prelude(run) + "reboot_\n" }

// BackScript returns the program that prints which boot of the host this is and then,
// line by line, the services that ran before the reboot of that run and do not run.
func BackScript(id string) string {
	return BootScript() + fmt.Sprintf(`while read -r unit; do
	[ "$(systemctl show -p ActiveState --value "$unit")" = active ] || echo "$unit"
done <%s/ran
`, shell.Quote(RunFolder(id)))
}
