package tasks

import (
	"cmp"
	_ "embed"

	"odooctl/remote/shell"
)

// Reboot is a reboot of the host, after all else that its stage changes and before its
// gates.
type Reboot struct {
	Why    string
	Within int // seconds until it is back with its services running; 0 = 600
}

// Reboot requests a reboot of the host in this stage.
func (h *Host) Reboot(r Reboot) {
	r.Within = cmp.Or(r.Within, 600)
	h.reboots = append(h.reboots, r)
}

// Apart splits a plan with a reboot: what is done before it, and what is checked when
// the host is back.
func (p *Plan) Apart() (before, after *Plan) {
	one := *p
	one.Gates, one.Reboot = nil, nil
	other := &Plan{Host: p.Host, Gates: p.Gates}
	return &one, other
}

// BootScript prints the ID of the host's current boot.
func BootScript() string { return "cat /proc/sys/kernel/random/boot_id\n" }

// RebootScript returns the program that reboots the host, under the lock of a run. It
// exits with 0, ExitLocked or ExitPutBack.
func RebootScript(run Run) string { return prelude(run) + "reboot_\n" }

//go:embed reboot.sh
var downAgain string

// BackScript returns the program that prints the ID of the host's current boot and
// then, one per line, the services that ran before that run's reboot and do not run
// now.
func BackScript(id string) string {
	return BootScript() + shell.Call(downAgain, "down_again", RunFolder(id)+"/ran") + "\n"
}
