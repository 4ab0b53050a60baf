package planfile

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"golang.org/x/crypto/argon2"

	"odooctl/playbooks/journal"
	"odooctl/tasks"
)

// New begins a plan file with its own random salt. The digests of the two inputs are those
// of their bytes; New seals them.
func New(salt []byte, inventory, playbook Input) *File {
	s := seal{salt}
	inventory.Digest = s.digest("inventory", inventory.Digest)
	playbook.Digest = s.digest("playbook", playbook.Digest)
	return &File{Format: format, Salt: salt, Inventory: inventory, Playbook: playbook}
}

// Sealed returns the plan of a host as the file has it; plan is nil if the host could not
// be planned. It takes some 30 ms of CPU time and 19 MiB if there is anything to do.
func (p *File) Sealed(host string, state journal.State, plan *tasks.Plan) *Host {
	h := &Host{Host: host, State: state, Changes: []Change{}}
	if plan == nil {
		return h
	}
	s := seal{p.Salt}
	h.Changes = s.changes(plan)
	if !plan.Empty() {
		h.Digest = s.digest("host "+host, plan.Digest())
	}
	return h
}

// seal makes the digests of one plan file. What is digested holds secrets: a
// packed plan has odoo.conf with its db_password, an inventory may have passwords
// in plain text, and an attacker who finds the file may know all the rest. With a plain
// digest he could then try guesses of a weak password, billions a second. A key in the
// file does not help, for it is found with the file; a key elsewhere would tie the plan
// to the machine that made it.
//
// So a digest that decides is slow: Argon2id with parameters that are good enough to
// store passwords (OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane).
// Its salt is the file's own and the name of what it is for, so that nothing can be
// computed beforehand or for two hosts at once. It takes some 30 ms for each host that
// has changes, and nothing for one that has none.
//
// The tags of single changes only tell a person what moved, and decide nothing. They
// cover text with secrets as ***, and they are two bytes long: even if a task forgot to
// hide something, a tag does not confirm one guess.
type seal struct{ salt []byte }

// digest returns the slow digest of a text, given its SHA-256 in hex.
func (s seal) digest(of, sum string) string {
	salt := append(append([]byte{}, s.salt...), of...)
	return hex.EncodeToString(argon2.IDKey([]byte(sum), salt, 2, 19<<10, 1, sha256.Size))
}

// tag returns four hexadecimal digits.
func (s seal) tag(masked string) string {
	mac := hmac.New(sha256.New, s.salt)
	mac.Write([]byte(masked))
	return hex.EncodeToString(mac.Sum(nil)[:2])
}

// changes names everything that a plan does, in the order in which it is shown.
func (s seal) changes(p *tasks.Plan) []Change {
	list := []Change{}
	for _, c := range p.Changes {
		kind, name := c.Thing()
		list = append(list, Change{string(c.Sign()), kind, name, s.tag(c.Masked())})
	}
	for _, c := range p.Commands {
		list = append(list, Change{"?", "command", c.Title, s.tag(c.Run)})
	}
	for _, a := range p.Actions {
		list = append(list, Change{"!", "action", a.Unit, s.tag(a.Verb + "\n" + strings.Join(a.Why, "\n"))})
	}
	if p.Reboot != nil {
		list = append(list, Change{"!", "action", "the host", s.tag("reboot\n" + p.Reboot.Why)})
	}
	return list
}
