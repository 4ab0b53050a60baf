package odoo

import (
	"fmt"

	"odooctl/tasks"
)

// dataInCommon is an error if hosts of one deployment have their data_dir each for itself: attachments and sessions are
// files there, so that one is 404 and the other over on the next host. Of hosts that this run does not read, nothing is
// known.
func (i Instance) dataInCommon(h *tasks.Host) error {
	if len(i.Odoo.Hosts) < 2 || i.Odoo.DataShared {
		return nil
	}
	if m := i.Odoo.DataMount; m != nil && m.What != "" {
		return nil // each host's has to be that one: see mounted
	}
	here, known := h.Mount(i.Data())
	first := h.Seen(i.Odoo.Hosts[0].Name)
	if !known || first == nil || first == h {
		return nil
	}
	other := InstanceOf(first, i.Deployment)
	there, known := first.Mount(other.Data())
	if !known || here.Common(there) {
		return nil
	}
	where := func(name, dir string, m tasks.Mount) string {
		return fmt.Sprintf("%s has %s on %s (%s)", name, dir, m.Source, m.Type)
	}
	text := fmt.Sprintf("%s, and %s", where(first.Name, other.Data(), there), where(h.Name, i.Data(), here))
	if here.Network() && there.Network() {
		h.Warn("%s: %s: if that is not the same folder, attachments and sessions of %s are missing on the other host; "+
			"data_shared: true says that it is", i.Odoo.Pos, text, i.Name)
		return nil
	}
	return fmt.Errorf("%s: %s: each for itself, and attachments and sessions of %s are files there, which are missing on "+
		"the other host: mount one folder on all Odoo hosts, as data_mount does by NFS, or say data_shared: true if they "+
		"have it in common in a way that no mount shows", i.Odoo.Pos, text, i.Name)
}
