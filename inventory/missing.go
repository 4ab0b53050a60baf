package inventory

import (
	"cmp"
	"errors"
	"io/fs"
	"strings"
)

// wanted is a file or folder on the operator's machine that the file names.
type wanted struct {
	at     Pos
	path   string // absolute; "" is the file of secrets
	what   string // "the certificate"
	folder bool
	run    bool // it is a program
	unwise bool // without it there may be another way
}

// wants notes a file that is read when it is first needed.
func (d *decoder) wants(w wanted) { d.inv.wanted = append(d.inv.wanted, w) }

// wantsFile notes a file that the innermost key names.
func (d *decoder) wantsFile(at Pos, path, what string) {
	if path != "" {
		d.wants(wanted{at: at, path: path, what: what + " of " + strings.Join(d.path[max(0, len(d.path)-2):], "."),
			folder: what == "the folder", run: what == "the program"})
	}
}

// Missing looks for the files and folders on this machine that the inventory names, and that
// are read only when they are needed: certificates, keys, secrets, addons, hooks. A key to log
// in with is a warning, for the agent or ssh_config may have another.
func (inv *Inventory) Missing() (warnings, errs []Error) {
	var found, unwise findings
	for _, w := range inv.wanted {
		list := &found
		if w.unwise {
			list = &unwise
		}
		w.path = cmp.Or(w.path, inv.secretsFile)
		switch info, err := inv.stat(w.path); {
		case errors.Is(err, fs.ErrNotExist):
			list.add(w.at, "%s is missing: there is no %s", w.what, w.path)
		case err != nil:
			list.add(w.at, "%s cannot be read: %v", w.what, err)
		case w.folder && !info.IsDir():
			list.add(w.at, "%s is not a folder: %s", w.what, w.path)
		case !w.folder && info.IsDir():
			list.add(w.at, "%s is a folder: %s", w.what, w.path)
		case w.run && info.Mode()&0o111 == 0:
			list.add(w.at, "%s is not a program: chmod +x %s", w.what, w.path)
		}
	}
	return unwise.sorted(), found.sorted()
}

// wantsLogins notes the keys to log in with, each once.
func (d *decoder) wantsLogins() {
	seen := map[string]bool{}
	for _, h := range d.inv.Hosts {
		for i, file := range h.SSH.IdentityFile {
			if seen[file] {
				continue
			}
			seen[file] = true
			d.wants(wanted{at: d.at(&h.SSH.IdentityFile[i]), path: file, what: "the key of identity_file", unwise: true})
		}
	}
}
