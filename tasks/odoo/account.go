package odoo

import (
	"fmt"

	"odooctl/tasks"
)

func init() {
	tasks.Register("odoo.account", "the user, folders and log rotation of each Odoo that is not the package's own",
		func() tasks.Task { return &Account{} })
}

// Account manages, for every Odoo that does not use the package's service, what the
// package would provide: a user without login, a private home, a log folder and its
// rotation. All of it stays when the deployment leaves.
type Account struct{}

// Plan implements tasks.Task.
func (Account) Plan(h *tasks.Host) error {
	for _, i := range Instances(h) {
		if !i.Own {
			continue
		}
		h.User(i.User, i.Home, "/usr/sbin/nologin")
		h.Directory(i.Home, i.User, i.User, 0o750)
		h.Directory("/var/log/"+i.User, i.User, i.User, 0o750)
		h.File("/etc/logrotate.d/" + i.User).SetText(fmt.Sprintf(rotation, i.Log, i.User))
	}
	return nil
}

// rotation is like the package's, with copytruncate: Odoo keeps its file open.
// logrotate refuses a folder that is not root's unless it runs as its owner.
const rotation = `# Written by odooctl from the inventory; edits are put back
%[1]s {
	su %[2]s %[2]s
	copytruncate
	missingok
	notifempty
	weekly
	rotate 13
	compress
	delaycompress
}
`
