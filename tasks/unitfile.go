package tasks

import (
	_ "embed"

	"odooctl/remote/shell"
)

// unitDirectory is the administrator's: its files override those of packages
// (systemd.unit(5), "Unit File Load Path").
const unitDirectory = "/etc/systemd/system/"

// Define sets the unit's file in the administrator's directory, and defines the unit if
// it is new. systemd is reloaded when the file changes.
func (u *Unit) Define(text string) *Unit {
	u.h.File(unitDirectory + u.name).SetText(text).Hide(unitHiding(text))
	if !u.Exists() && !u.h.asked[key{kindUnit, u.name}] {
		u.h.set(key{kindUnit, u.name}, unit{})
	}
	return u
}

// DropIn adds a file to the unit's own, such as odooctl for
// NAME.service.d/odooctl.conf, and returns it.
func (u *Unit) DropIn(name, text string) *File {
	dir := unitDirectory + u.name + ".d"
	if !u.h.IsDirectory(dir) {
		u.h.setNode(dir, node{Type: typeDir, Mode: 0o755, Owner: "root", Group: "root"})
	}
	return u.h.File(dir + "/" + name + ".conf").SetText(text).Hide(unitHiding(text))
}

//go:embed verify.sh
var verifyUnit string

// VerifyUnit is the check of a unit's files by systemd-analyze.
func VerifyUnit(name string) Check {
	return Check{Unit: name, Title: "systemd-analyze verify " + name, Run: shell.Call(verifyUnit, "verify_unit", name)}
}

// Undefine stops the unit, now and after a reboot, and removes the file that Define
// made.
func (u *Unit) Undefine() {
	u.h.Unlink(unitDirectory + u.name)
	if u.Exists() {
		u.h.set(key{kindUnit, u.name}, nil)
	}
}

// Unmask unmasks a unit that Link has masked, so that Run can start it.
func (u *Unit) Unmask() {
	if s, ok := u.h.get(key{kindUnit, u.name}).(unit); ok && s.Masked {
		u.h.Unlink(unitDirectory + u.name)
		s.Masked, s.Static = false, false
		u.h.set(key{kindUnit, u.name}, s)
	}
}

// undefine stops a unit while systemd still knows it. Undo enables it before it is
// started, which makes systemd read the restored file.
func (s *Script) undefine(name string, before unit) {
	if before.Active {
		s.stepUndo(phaseMake, "start "+shell.Quote(name), "stop", name)
	}
	if before.Enabled {
		s.stepUndo(phaseMake, "enable "+shell.Quote(name), "disable", name)
	}
}
